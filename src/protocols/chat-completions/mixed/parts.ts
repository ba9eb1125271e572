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
      return { type: 'text', text: part.text }
    case 'input_image':
      return part.image_url == null ? part : { type: 'image_url', image_url: { url: part.image_url, ...(part.detail != null && { detail: part.detail }) } }
    case 'image_url':
      return typeof part.image_url === 'string' && /^\s*(data|https?):/i.test(part.image_url) ? { ...part, image_url: { url: part.image_url } } : part
    case 'input_file':
      return { type: 'file', file: { file_data: part.file_data ?? part.file_url, file_id: part.file_id, filename: part.filename } }
    case 'image':
    case 'document':
      return fileOf(part)
    default:
      return part
  }
}

/** Anthropic's blocks of files. */
function fileOf(block: Json): Json {
  const source = isObject(block.source) ? block.source : {}
  if (source.type === 'text' && typeof source.data === 'string') return { type: 'text', text: source.data }
  const url = source.type === 'base64' ? `data:${String(source.media_type)};base64,${String(source.data)}` : source.url
  if (typeof url !== 'string') return block
  if (block.type === 'image') return { type: 'image_url', image_url: { url } }
  return { type: 'file', file: { file_data: url, ...(typeof block.title === 'string' && { filename: block.title }) } }
}
