import { BridgeError } from '../../core/errors.ts'

/**
 * Splits the end of a URL into the name of a model, which may contain slashes and colons, and what to do with it:
 * `openai/gpt-5:generateContent`.
 * @param path what follows `/v1beta/models/`, percent-encoded or not
 * @throws BridgeError 400 for a malformed encoding
 */
export function parseTarget(path: string): { model: string; action: string } {
  const text = decodeModelName(path)
  const colon = text.lastIndexOf(':')
  return colon < 0 ? { model: text, action: '' } : { model: text.slice(0, colon), action: text.slice(colon + 1) }
}

/** @throws BridgeError 400 for a malformed encoding */
export function decodeModelName(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new BridgeError('The request URL is malformed.', { code: 'invalid_url', status: 400 })
  }
}
