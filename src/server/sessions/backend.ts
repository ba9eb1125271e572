import { BridgeError } from '../../core/errors.ts'
import type { SessionServerStatus } from '../../core/session-server-status.ts'

/** opencode's own HTTP API for sessions, which the daemon stands in front of. */
export interface SessionBackend {
  /** @throws BridgeError 503 when opencode does not start, 502 when it does not answer */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** What opencode's server is doing; undefined where there is none. */
  status?(): SessionServerStatus | undefined
}

/** Calls the backend and hands its answer on: the status, and the JSON as it is. */
export async function forward(backend: SessionBackend, path: string, init: RequestInit = {}): Promise<Response> {
  const response = await callBackend(backend, path, init)
  const headers = { 'content-type': response.headers.get('content-type') ?? 'application/json' }
  return new Response(response.body, { status: response.status, headers })
}

/**
 * Calls the backend.
 * @throws BridgeError with opencode's own status and message when it refuses
 */
export async function callBackend(backend: SessionBackend, path: string, init: RequestInit = {}): Promise<Response> {
  const response = await backend.fetch(path, init)
  if (response.ok) return response
  const body = (await response.json().catch(() => ({}))) as { name?: string; message?: string; data?: { message?: string } }
  throw new BridgeError(body.data?.message ?? body.message ?? `opencode answered ${response.status}.`, {
    code: response.status === 404 ? 'not_found' : 'upstream_error',
    status: response.status,
  })
}

/** Deletes a session. opencode would go on with its answer, so that is aborted first. */
export async function deleteSession(backend: SessionBackend, path: string): Promise<Response> {
  await callBackend(backend, `${path}/abort`, { method: 'POST' })
  return forward(backend, path, { method: 'DELETE' })
}

/** A POST, PATCH or DELETE with a JSON body. */
export function withJson(method: string, body: unknown, signal?: AbortSignal): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), ...(signal ? { signal } : {}) }
}
