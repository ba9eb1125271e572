import { BridgeError } from '../core/errors.ts'

/** The error of a request for which there is no place in the queue. `retryAfter` is in milliseconds. */
export function queueFullError(limits: { maxSize: number; capacity: number; maxQueue: number }, retryAfter: number): BridgeError {
  const places = limits.capacity === 1 ? 'processes at most (maxSize)' : `processes at most, with ${limits.capacity} requests in each`
  return new BridgeError(`The bridge is busy: ${limits.maxSize} ${places}, and ${limits.maxQueue} requests may wait (maxQueue).`, {
    code: 'bridge_overloaded',
    status: 429,
    retryAfter,
  })
}

/** The error of a request that was not served in time. Both times are in milliseconds. */
export function acquireTimeoutError(waited: number, retryAfter: number): BridgeError {
  return new BridgeError(`The bridge is busy: the request waited ${waited} ms for a process (acquireTimeout).`, {
    code: 'bridge_overloaded',
    status: 429,
    retryAfter,
  })
}

/** The error of a request that comes while the pool drains or after it closed. */
export function drainingError(): BridgeError {
  return new BridgeError('The bridge is shutting down and takes no new requests.', {
    code: 'bridge_draining',
    status: 503,
    retryAfter: 1000,
  })
}
