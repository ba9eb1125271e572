import { readBase64, readDataUrl } from '../../core/inline-data.ts'

type Json = Record<string, unknown>

/** Fields of messages, items, parts and blocks that hold others, and no field of the client's own. */
const HOLDERS = ['content', 'output', 'source', 'image_url', 'input_audio', 'file'] as const

/** Fields that hold a file, as a data URL or as bare base64. */
const FILES = ['url', 'image_url', 'file_data', 'file_url', 'data'] as const

/**
 * Writes the files of messages or items in the one form of base64 and data URLs that every server reads.
 * @returns the same value where nothing changes; what is no file stays as it is, for the provider to judge
 */
export function withPlainFiles(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(withPlainFiles)
    return list.some((item, index) => item !== value[index]) ? list : value
  }
  if (typeof value !== 'object' || value === null) return value
  const object = value as Json
  const changes: Json = {}
  for (const field of HOLDERS) {
    const inner = object[field]
    if (typeof inner !== 'object') continue
    const changed = withPlainFiles(inner)
    if (changed !== inner) changes[field] = changed
  }
  for (const field of FILES) {
    const text = object[field]
    if (typeof text !== 'string') continue
    const plain = plainFile(text, field === 'file_data' || (field === 'data' && isBase64(object)))
    if (plain !== text) changes[field] = plain
  }
  return Object.keys(changes).length === 0 ? value : { ...object, ...changes }
}

/** OpenAI's audio has a format, Anthropic's sources say it; a redacted thought's `data` is no file. */
function isBase64({ type, format }: Json): boolean {
  return type === 'base64' || (type === undefined && format !== undefined)
}

function plainFile(text: string, bare: boolean): string {
  if (/^\s*data:/i.test(text)) {
    const read = readDataUrl(text)
    return 'problem' in read ? text : `data:${read.mediaType};base64,${read.data}`
  }
  const read = bare ? readBase64(text) : text
  return typeof read === 'string' ? read : text
}
