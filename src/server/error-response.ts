import type { H3Event, HTTPError } from 'h3'
import { BridgeError, cancelledError, toBridgeError } from '../core/errors.ts'

/**
 * Finds the error behind the one that h3 reports: ours, one of h3's own (no such route, malformed URL), or a defect.
 * @param thrown h3's wrapper, which has what was thrown as its cause
 */
export function errorBehind(thrown: HTTPError, event: H3Event): BridgeError {
  if (thrown.cause instanceof BridgeError) return thrown.cause
  // What breaks when the client hangs up, in the middle of its upload for example, is no defect.
  if (event.req.signal.aborted) return cancelledError()
  if (hasBadHost(event)) return new BridgeError('The Host header is not the name of a host, with or without a port.', { code: 'invalid_url', status: 400 })
  if (thrown.unhandled) return toBridgeError(thrown.cause)
  if (thrown.status === 404) {
    return unknownUrl(event)
  }
  if (thrown.status === 400) {
    return new BridgeError('The request URL is malformed.', { code: 'invalid_url', status: 400 })
  }
  return toBridgeError(thrown)
}

/** No URL can be made of such a request, and h3 fails as soon as it needs one. */
function hasBadHost({ req }: H3Event): boolean {
  const host = req.headers.get('host')
  return host !== null && !URL.canParse(`http://${host}`)
}

/** The error of a path that there is none of; most often a client's base URL is not what its package wants. */
function unknownUrl({ req, url: { origin } }: H3Event): BridgeError {
  const asked = `${req.method} ${new URL(req.url).pathname}`
  const bases = `The base URL is ${origin}/v1 for clients of OpenAI's API, and ${origin} for those of Anthropic's, of Google's and of Ollama's.`
  return new BridgeError(`Unknown request URL: ${asked}. ${bases}`, { code: 'unknown_url', status: 404 })
}

/**
 * Makes the answer for an error, with the headers that were prepared for this request.
 * @param body JSON, in the envelope of the format
 */
export function errorResponse(error: BridgeError, body: string, event: H3Event): Response {
  const headers = new Headers(event.res.errHeaders)
  headers.set('content-type', 'application/json')
  if (error.retryAfter !== undefined) {
    headers.set('retry-after', String(Math.ceil(error.retryAfter / 1000)))
    headers.set('retry-after-ms', String(Math.ceil(error.retryAfter)))
  }
  // A provider's own word stands where the bridge has nothing to add to it.
  if (error.repeated || (isFinal(error) && !headers.has(SHOULD_RETRY))) headers.set(SHOULD_RETRY, 'false')
  return new Response(body, { status: errorStatus(error), headers })
}

/** Read by the packages of OpenAI and Anthropic, which repeat failed requests by themselves. */
const SHOULD_RETRY = 'x-should-retry'

/** The statuses below 500 of what may pass by itself. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429])

/** A pause beyond which those packages no longer wait as told, but repeat at once. Milliseconds. */
const LONGEST_PAUSE = 60_000

/** Whether the same request, sent again, will fail again. */
function isFinal({ status, code, retryAfter = 0 }: BridgeError): boolean {
  if (status < 500 && !PASSING.has(status)) return true
  return status === 501 || code === 'insufficient_quota' || retryAfter > LONGEST_PAUSE
}

/** A provider behind the engine may answer with anything. */
function errorStatus({ status }: BridgeError): number {
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 502
}
