import { BridgeError } from '../core/errors.ts'

/** A process did not get as far as to serve. */
export function startFailed(message: string): BridgeError {
  return new BridgeError(message, { code: 'process_failed', status: 503, retryAfter: 1000 })
}

/** opencode runs, but our plugin in it does not; an engine that may falls back to plain mode. */
export function pluginFailed(why: string): BridgeError {
  return new BridgeError(`The bridge's plugin did not work inside opencode: ${why}`, { code: 'plugin_failed', status: 503, retryAfter: 1000 })
}
