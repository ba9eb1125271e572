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
  if (thrown.unhandled) return toBridgeError(thrown.cause)
  if (thrown.status === 404) {
    return new BridgeError(`Unknown request URL: ${event.req.method} ${event.url.pathname}.`, { code: 'unknown_url', status: 404 })
  }
  if (thrown.status === 400) {
    return new BridgeError('The request URL is malformed.', { code: 'invalid_url', status: 400 })
  }
  return toBridgeError(thrown)
}

/**
 * Makes the answer for an error, with the headers that were prepared for this request.
 * @param body JSON, in the envelope of the wire format
 */
export function errorResponse(error: BridgeError, body: string, event: H3Event): Response {
  const headers = new Headers(event.res.errHeaders)
  headers.set('content-type', 'application/json')
  if (error.retryAfter !== undefined) {
    headers.set('retry-after', String(Math.ceil(error.retryAfter / 1000)))
    headers.set('retry-after-ms', String(Math.ceil(error.retryAfter)))
  }
  // The rest of an upload that is too large stays unread, so the connection can carry no further request.
  if (error.code === 'request_too_large') headers.set('connection', 'close')
  return new Response(body, { status: errorStatus(error), headers })
}

/** A provider behind the engine may answer with anything. */
function errorStatus({ status }: BridgeError): number {
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 502
}
