import type { CallExtras } from '../core/connection.ts'
import { BridgeError } from '../core/errors.ts'
import { faultBehind } from '../core/system-fault.ts'
import type { Fetch } from '../system/outbound-fetch.ts'

/** More than any list of models has; an answer to a test is smaller. */
const MAX_BYTES = 16 * 1024 * 1024

export interface ProviderRequest {
  extras: CallExtras
  /** Sent as JSON, by POST; without one it is a GET. */
  body?: unknown
  /** Milliseconds for all of it. */
  timeout: number
  signal?: AbortSignal
  /** Which way it is reached; Node's own `fetch` passes over a proxy of the environment. */
  fetch?: Fetch
  /** Of the answer, where it may be more than a list of models. */
  maxBytes?: number
}

export interface ProviderAnswer {
  status: number
  headers: Headers
  text: string
  /** Undefined where the text is no JSON. */
  json: unknown
}

/**
 * Calls a provider without opencode: for its lists and for tests, never for a client. A redirect is not followed, because
 * the credential would go with it.
 * @throws BridgeError 502 where there is no answer
 */
export async function askProvider(url: string, request: ProviderRequest): Promise<ProviderAnswer> {
  const response = await callProvider(url, request)
  const text = await readText(response, url, request.maxBytes ?? MAX_BYTES)
  return { status: response.status, headers: response.headers, text, json: parseJson(text) }
}

/** The same, with the body still to come. */
export async function callProvider(url: string, { extras, body, timeout, signal, fetch = globalThis.fetch }: ProviderRequest): Promise<Response> {
  const address = new URL(url)
  for (const [name, value] of Object.entries(extras.query)) address.searchParams.set(name, value)
  const headers = Object.entries(extras.headers).filter(([, value]) => value !== '')
  const limit = AbortSignal.timeout(timeout)
  try {
    return await fetch(address, {
      method: body === undefined ? 'GET' : 'POST',
      headers: [...headers, ...(body === undefined ? [] : [['content-type', 'application/json'] satisfies [string, string]])],
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
  } catch (error) {
    const why = limit.aborted ? `it did not answer within ${timeout} ms` : reasonOf(error)
    throw new BridgeError(`${url} cannot be reached: ${why}.`, { code: 'upstream_error', status: 502, cause: error })
  }
}

async function readText(response: Response, url: string, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxBytes) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw new BridgeError(`${url} broke its answer off: ${reasonOf(error)}.`, { code: 'upstream_error', status: 502, cause: error })
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The system's word for it: the message of `fetch` itself says only that it failed. */
export function reasonOf(error: unknown): string {
  const fault = faultBehind(error)
  if (fault !== undefined) return fault
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
