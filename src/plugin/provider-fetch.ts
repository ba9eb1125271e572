import { addExtras } from './call-extras.ts'
import type { DryCalls } from './dry-calls.ts'
import type { ActiveRequest } from './request.ts'
import type { Logins } from './logins.ts'
import { completeBody, wireOf } from './provider-body.ts'
import { observeStream } from './provider-stream.ts'
import { withRetries } from './retries.ts'

/** Put on calls to a provider by the `chat.headers` hook, taken off again before they leave the process. */
export const REQUEST_HEADER = 'x-opencode-bridge-request'

type Fetch = typeof globalThis.fetch

/**
 * Wraps the process's `fetch`, which every provider SDK calls. Calls to a provider that opencode makes are recognised
 * by `REQUEST_HEADER`. A dry one ends here, and one that a login makes
 * for the thread of calls is made there. A session's is completed, and repeated as the request's policy says where
 * it fails, because opencode's own policy (5 retries, over a minute, any `Retry-After`) cannot be configured.
 */
export function wrapFetch(original: Fetch, { dry, logins }: { dry: DryCalls; logins: Logins }, find: (requestId: string) => ActiveRequest | undefined): Fetch {
  const wrapped = async (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    const id = headers.get(REQUEST_HEADER)
    headers.delete(REQUEST_HEADER)
    const url = input instanceof Request ? input.url : String(input)
    const call = { url, headers, body: init?.body }
    const answer = dry.take(id, call) ?? logins.take(id, call)
    if (answer) return answer
    if (id === null) return original(input, init)
    const request = find(id)
    if (!request) return original(input, { ...init, headers })
    // opencode repeats a call at once when the provider says `Retry-After: 0`, before it can be told not to.
    if (request.failedForGood) throw new Error('opencode-bridge: this request has failed and is not repeated')
    const wire = wireOf(url)
    const body = typeof init?.body === 'string' ? completeBody(init.body, wire, request.envelope) : init?.body
    const stop = new AbortController()
    const signal = init?.signal ? AbortSignal.any([init.signal, stop.signal]) : stop.signal
    const { extras } = request.envelope
    const own = addExtras({ url, headers }, extras)
    const changes = { headers: own.headers, signal, ...(body == null ? {} : { body }), ...(extras && { redirect: 'manual' as const }) }
    const attempt = () => original(extras ? own.url : input, { ...init, ...changes })
    return observeStream(await callFor(request, attempt, signal), wire, request.observer, (error) => {
      request.failedForGood = true
      stop.abort(error)
    })
  }
  return Object.assign(wrapped, original)
}

async function callFor(request: ActiveRequest, attempt: () => Promise<Response>, signal: AbortSignal): Promise<Response> {
  // Until a call brings something else, it has failed.
  request.failedForGood = true
  const response = await withRetries(attempt, {
    policy: request.envelope.retry,
    signal,
    onRetry: (attempt, delay, message) => request.tell({ type: 'retry', attempt, delay, message }),
    onAnswer: ({ status, headers }, body) => {
      request.answer = { status, retryAfter: headers.get('retry-after') ?? undefined, body }
    },
  })
  request.failedForGood = !response.ok
  return response
}
