import type { BridgeError } from '../core/errors.ts'
import { type InlineData, readBase64, readDataUrl, type Unreadable } from '../core/inline-data.ts'
import { invalidValue } from './invalid-value.ts'

/**
 * Reads a data URL in any of its forms.
 * @param param the name of the field, for the error
 * @throws BridgeError 400 when it is no data URL with content; the message never repeats the URL, which may be secret
 */
export function parseDataUrl(url: string, param: string): InlineData {
  return orThrow(readDataUrl(url), param)
}

/**
 * Reads base64 in any of its forms, for a provider's complaint would not name the field.
 * @returns its plain form
 * @throws BridgeError 400 when it is empty or not base64
 */
export function parseBase64(data: string, param: string): string {
  return orThrow(readBase64(data), param)
}

/** Whether a text names a file on the internet. */
export function isRemote(url: string): boolean {
  return /^\s*https?:/i.test(url)
}

function orThrow<T extends string | InlineData>(read: T | Unreadable, param: string): T {
  if (typeof read === 'object' && 'problem' in read) throw invalidData(param, read.problem)
  return read
}

function invalidData(param: string, problem: string): BridgeError {
  return invalidValue(param, `it ${problem}. Expected data:<media type>;base64,<data>`)
}
