import type { BridgeError } from '../core/errors.ts'
import { invalidValue } from './invalid-value.ts'

export interface InlineData {
  mediaType: string
  /** Base64. */
  data: string
}

/**
 * Reads a data URL.
 * @param url the client's text, possibly many megabytes
 * @param param the name of the field, for the error
 * @throws BridgeError 400 when it is no data URL with content; the message never repeats the URL, which may be secret
 */
export function parseDataUrl(url: string, param: string): InlineData {
  const comma = url.indexOf(',')
  const header = comma < 0 ? undefined : /^data:([^;,\s]+\/[^;,\s]+)((?:;[^;,]*)*)$/i.exec(url.slice(0, comma))
  if (!header) throw invalidData(param, 'is not a data URL with a media type')

  const mediaType = header[1]!.toLowerCase()
  const content = url.slice(comma + 1)
  if (!/;\s*base64$/i.test(header[2]!)) return { mediaType, data: encodeText(content, param) }
  return { mediaType, data: checkBase64(content, param) }
}

/**
 * Checks that a field is base64, for a provider's complaint would not name it.
 * @throws BridgeError 400 when it is empty or not base64
 */
export function checkBase64(data: string, param: string): string {
  if (data === '') throw invalidData(param, 'is empty')
  // A search for what is wrong needs no backtracking; a pattern for the whole would overflow at tens of megabytes.
  if (/[^A-Za-z0-9+/]/.test(data.replace(/={1,2}$/, ''))) throw invalidData(param, 'is not base64')
  return data
}

function encodeText(content: string, param: string): string {
  try {
    return Buffer.from(decodeURIComponent(content)).toString('base64')
  } catch {
    throw invalidData(param, 'is neither base64 nor percent-encoded')
  }
}

function invalidData(param: string, problem: string): BridgeError {
  return invalidValue(param, `it ${problem}. Expected data:<media type>;base64,<data>`)
}
