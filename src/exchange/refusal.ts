import { BridgeError } from '../core/errors.ts'

/** Of calls that were ended, by whomever, while a provider may have been at work on them. */
const ENDED: ReadonlySet<string> = new Set(['cancelled', 'timeout', 'client_too_slow', 'process_failed'])

/** Whether an error that came in place of an answer means that the provider has not worked on it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof BridgeError && !ENDED.has(error.code)
}
