import { BridgeError } from '../core/errors.ts'

/** @throws BridgeError 502 for an answer that is no JSON */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BridgeError('The provider answered with something that is no JSON.', { code: 'upstream_error', status: 502 })
  }
}
