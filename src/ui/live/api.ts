import { signal } from '@preact/signals'

const STORED_KEY = 'ocb-key'

/** The key of a daemon that asks for one. It stays in this tab, whose storage no other origin reaches. */
export const key = signal(sessionStorage.getItem(STORED_KEY) ?? '')

/** Whether somebody has to give one. */
export const keyWanted = signal(false)

export function takeKey(given: string): void {
  key.value = given.trim()
  keyWanted.value = false
  if (key.value === '') sessionStorage.removeItem(STORED_KEY)
  else sessionStorage.setItem(STORED_KEY, key.value)
}

/** An error that the daemon told. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * Asks the daemon. With a key nothing else is sent along: a browser that knows a password would ask for it in a window of its
 * own. Without one the cookie of the page goes along, and is got anew once the daemon has been started again.
 * @throws ApiError for an answer that is none
 */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await send(path, init)
  if (response.ok) return response
  const error = await errorOf(response)
  if (error.code === 'page_expired') {
    await fetch('/ui', { cache: 'no-store' })
    const again = await send(path, init)
    if (again.ok) return again
    throw await errorOf(again)
  }
  if (error.status === 401) keyWanted.value = true
  throw error
}

function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  if (key.value !== '') headers.set('authorization', `Bearer ${key.value}`)
  return fetch(path, { ...init, headers, credentials: keyWanted.value || key.value !== '' ? 'omit' : 'same-origin' })
}

async function errorOf(response: Response): Promise<ApiError> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: { code?: string; message?: string } }
  return new ApiError(response.status, error?.code ?? '', error?.message ?? `HTTP ${response.status}`)
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, signal ? { signal } : {})).json() as Promise<T>
}

export async function sendJson<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await ask(path, { method, ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) })
  return response.json() as Promise<T>
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
