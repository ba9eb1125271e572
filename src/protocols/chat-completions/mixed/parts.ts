import { isObject } from '../../../core/json-value.ts'
import type { Json } from './json.ts'

/** @returns the very content where it is in the format's own words */
export function contentOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  const own = content.map((part: unknown) => (isObject(part) ? partOf(part) : part))
  return own.some((part, index) => part !== content[index]) ? own : content
}

/** A part of a message, if it is one of Responses' or of Anthropic's that has a like here. */
function partOf(part: Json): Json {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { ...part, type: 'text' }
    case 'input_image': {
      if (part.image_url == null) return part
      const { image_url: url, detail, ...rest } = part
      return { ...rest, type: 'image_url', image_url: { url, ...(detail != null && { detail }) } }
    }
    case 'image_url':
      return typeof part.image_url === 'string' && /^\s*(data|https?):/i.test(part.image_url) ? { ...part, image_url: { url: part.image_url } } : part
    case 'input_file':
      return asFile(part)
    case 'image':
    case 'document':
      return fileOf(part)
    default:
      return part
  }
}

function asFile({ file_data: data, file_url: url, file_id, filename, ...rest }: Json): Json {
  return { ...rest, type: 'file', file: { file_data: data ?? url, file_id, filename } }
}

/** Anthropic's blocks of files. */
function fileOf(block: Json): Json {
  const { type, source: given, title, ...rest } = block
  const source = isObject(given) ? given : {}
  if (source.type === 'text' && typeof source.data === 'string') return { ...rest, ...(title != null && { title }), type: 'text', text: source.data }
  const url = source.type === 'base64' ? `data:${String(source.media_type)};base64,${String(source.data)}` : source.url
  if (typeof url !== 'string') return block
  if (type === 'image') return { ...rest, type: 'image_url', image_url: { url } }
  return { ...rest, type: 'file', file: { file_data: url, ...(typeof title === 'string' && { filename: title }) } }
}
