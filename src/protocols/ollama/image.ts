import type { FilePart } from '../../core/prompt.ts'
import { parseBase64, parseDataUrl } from '../data-url.ts'
import { unsupportedValue } from '../invalid-value.ts'

/** How files of a kind begin, in base64: the format has no place for their types. */
const SIGNATURES: readonly (readonly [start: RegExp, mediaType: string])[] = [
  [/^iVBORw0KGgo/, 'image/png'],
  [/^\/9j\//, 'image/jpeg'],
  [/^R0lGOD/, 'image/gif'],
  // `RIFF`, a size, `WEBP`.
  [/^UklGR.{6}XRUJQ/, 'image/webp'],
  [/^Qk/, 'image/bmp'],
  // A box of `ftyp` and the brand in it.
  [/^.{6}Z0eXBhdmlm/, 'image/avif'],
  [/^.{6}Z0eXBoZWlj/, 'image/heic'],
  [/^JVBERi/, 'application/pdf'],
]

/**
 * Reads an image of a message's; some clients send it as a data URL.
 * @throws BridgeError 400 for what is no base64, and for a kind that is not known
 */
export function readImage(text: string, param: string): FilePart {
  if (/^\s*data:/i.test(text)) return { type: 'file', param, ...parseDataUrl(text, param) }
  const data = parseBase64(text, param)
  const mediaType = SIGNATURES.find(([start]) => start.test(data))?.[1]
  if (mediaType === undefined) throw unsupportedValue(param, 'is no image of a known kind. Expected PNG, JPEG, GIF or WebP in base64')
  return { type: 'file', param, mediaType, data }
}
