/** A file within a request. */
export interface InlineData {
  /** In lower case, without parameters. */
  mediaType: string
  /** Base64 in its plain form: the usual alphabet, padded, without anything between. */
  data: string
}

/** Why there is no file; a phrase without a subject. It repeats nothing of what was sent. */
export interface Unreadable {
  problem: string
}

/** Longer headers of data URLs are none. Characters. */
const MAX_HEADER = 1000

/**
 * Reads a data URL: blanks around it and in its base64, missing padding, the alphabet for URLs, percent-encoding,
 * parameters and upper case are all of use somewhere.
 * @param url a client's text, possibly many megabytes
 */
export function readDataUrl(url: string): InlineData | Unreadable {
  const comma = url.indexOf(',')
  const header = comma < 0 || comma > MAX_HEADER ? undefined : /^\s*data:\s*([^;,\s]+\/[^;,\s]+)\s*((?:;[^;,]*)*)$/i.exec(url.slice(0, comma))
  if (!header) return { problem: 'is not a data URL with a media type' }
  const content = decodePercents(url.slice(comma + 1))
  if (content === undefined) return { problem: 'is neither base64 nor percent-encoded' }
  const mediaType = readMediaType(header[1]!)
  if (!/;\s*base64\s*$/i.test(header[2]!)) return { mediaType, data: Buffer.from(content).toString('base64') }
  const data = readBase64(content)
  return typeof data === 'string' ? { mediaType, data } : data
}

/** Reads base64 in any of its forms, as the plain one. */
export function readBase64(text: string): string | Unreadable {
  if (isPlain(text)) return text
  const digits = withoutPadding(text.replaceAll(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/'))
  if (digits === '') return { problem: 'is empty' }
  // Of four digits one alone holds no byte.
  if (digits.length % 4 === 1 || NO_DIGIT.test(digits)) return { problem: 'is not base64' }
  return digits + '='.repeat((4 - (digits.length % 4)) % 4)
}

/** A media type without its parameters: `image/png`. */
export function readMediaType(text: string): string {
  return text.split(';', 1)[0]!.trim().toLowerCase()
}

/** A search for what is wrong needs no backtracking; a pattern for the whole would overflow at tens of megabytes. */
const NO_DIGIT = /[^A-Za-z0-9+/]/

function isPlain(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && !NO_DIGIT.test(text.replace(/={1,2}$/, ''))
}

function withoutPadding(text: string): string {
  let end = text.length
  while (text[end - 1] === '=') end--
  return text.slice(0, end)
}

function decodePercents(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
