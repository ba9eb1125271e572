import type { RetryPolicy } from './contract.ts'
import type { ActiveRequest } from './request.ts'
import { completeBody, wireOf } from './provider-body.ts'
import { observeStream } from './provider-stream.ts'

/** Put on calls to a provider by the `chat.headers` hook, taken off again before they leave the process. */
export const REQUEST_HEADER = 'x-opencode-bridge-request'

const MAX_ERROR_BODY = 64 * 1024

type Fetch = typeof globalThis.fetch

/**
 * Wraps the process's `fetch`, which every provider SDK calls. Calls to a provider are recognised by
 * `REQUEST_HEADER`; for those the wrapper repeats failed attempts as the request's policy says, because opencode's
 * own policy (5 retries, over a minute, any `Retry-After`) cannot be configured.
 */
export function wrapFetch(original: Fetch, find: (requestId: string) => ActiveRequest | undefined): Fetch {
  const wrapped = async (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    const id = headers.get(REQUEST_HEADER)
    if (id === null) return original(input, init)
    headers.delete(REQUEST_HEADER)
    const request = find(id)
    if (!request) return original(input, { ...init, headers })
    // opencode repeats a call at once when the provider says `Retry-After: 0`, before it can be told not to.
    if (request.failedForGood) throw new Error('opencode-bridge: this request has failed and is not repeated')
    const wire = wireOf(input instanceof Request ? input.url : String(input))
    const body = typeof init?.body === 'string' ? completeBody(init.body, wire, request.envelope) : init?.body
    const attempt = () => original(input, { ...init, headers, ...(body == null ? {} : { body }) })
    return observeStream(await withRetries(request, attempt, init?.signal ?? undefined), wire, request.observer)
  }
  return Object.assign(wrapped, original)
}

async function withRetries(request: ActiveRequest, call: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
  const policy = request.envelope.retry
  for (let attempt = 1; ; attempt++) {
    const outcome = await call().catch((error: unknown) => ({ error }))
    const failure = 'error' in outcome ? connectionFailure(outcome.error, signal) : await answerFailure(request, outcome)
    const delay = failure && attempt <= policy.maxRetries ? retryDelay(policy, attempt, failure.retryAfter) : undefined
    if (failure === undefined || delay === undefined) {
      request.failedForGood = 'error' in outcome || !outcome.ok
      if ('error' in outcome) throw outcome.error
      return outcome
    }
    request.tell({ type: 'retry', attempt, delay, message: failure.message })
    await new Promise((resolve) => setTimeout(resolve, delay))
    signal?.throwIfAborted()
  }
}

interface Failure {
  message: string
  /** Milliseconds that the provider asked for. */
  retryAfter: number | undefined
}

function connectionFailure(error: unknown, signal: AbortSignal | undefined): Failure | undefined {
  if (signal?.aborted) return undefined
  return { message: error instanceof Error ? error.message : String(error), retryAfter: undefined }
}

/** Notes the answer for a later error, and says whether the call is worth repeating. */
async function answerFailure(request: ActiveRequest, response: Response): Promise<Failure | undefined> {
  const retryAfter = response.headers.get('retry-after') ?? undefined
  const body = response.ok ? undefined : (await response.clone().text().catch(() => '')).slice(0, MAX_ERROR_BODY)
  request.answer = { status: response.status, retryAfter, body }
  if (!isRetryable(response.status, body)) return undefined
  return { message: `The provider answered ${response.status}`, retryAfter: pause(response.headers) }
}

function isRetryable(status: number, body: string | undefined): boolean {
  // A used-up quota is not refilled by waiting.
  if (status === 429) return !body?.includes('insufficient_quota')
  return status === 408 || status === 409 || status >= 500
}

/** The pause a provider asked for in milliseconds: `retry-after-ms`, seconds, or an HTTP date. */
function pause(headers: Headers): number | undefined {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (Number.isFinite(exact)) return exact
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const seconds = Number(value)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

/** Milliseconds before the next attempt, or undefined when the provider asks for more patience than allowed. */
function retryDelay(policy: RetryPolicy, attempt: number, asked: number | undefined): number | undefined {
  if (asked !== undefined) return asked > policy.maxRetryAfter ? undefined : asked
  const base = policy.delay * 2 ** (attempt - 1)
  return Math.round(base * (0.75 + Math.random() * 0.5))
}
