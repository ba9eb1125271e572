import { BridgeError } from '../../core/errors.ts'
import type { ContentPart, FilePart, ToolMessage } from '../../core/prompt.ts'
import { present } from '../shared/present.ts'
import type { Block } from './block.ts'
import { cacheControl } from './cache.ts'

/** Anthropic refuses a failure that says nothing. */
const WORDLESS_FAILURE = 'Error'

/** Anthropic refuses a text without a letter in it. */
export function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** @throws BridgeError 400 for a file that the format has no block for */
export function encodeContent(parts: readonly ContentPart[]): Block[] {
  return parts.flatMap((part) => {
    if (part.type === 'file') return [{ ...encodeFile(part), ...cacheControl(part.cache) }]
    return isBlank(part.text) ? [] : [{ type: 'text', text: part.text, ...cacheControl(part.cache) }]
  })
}

/** @param id of the call, as the body has it */
export function encodeResult({ content, isError, cache }: ToolMessage, id: string): Block {
  const blocks = encodeContent(content)
  const [first] = blocks
  // A lone text is what most tools give.
  const plain = blocks.length === 1 && first?.type === 'text' && !('cache_control' in first) ? first.text : blocks
  const empty = isError ? WORDLESS_FAILURE : undefined
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...present({ content: blocks.length > 0 ? plain : empty, is_error: isError || undefined }),
    ...cacheControl(cache),
  }
}

function encodeFile({ mediaType, data, filename, param }: FilePart): Block {
  if (mediaType.startsWith('image/')) return { type: 'image', source: { type: 'base64', media_type: mediaType, data } }
  if (mediaType === 'application/pdf') return document({ type: 'base64', media_type: mediaType, data }, filename)
  if (mediaType.startsWith('text/')) return document({ type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() }, filename)
  throw new BridgeError(`Anthropic's format has no place for ${mediaType}, which '${param}' is.`, { code: 'unsupported_value', status: 400, param })
}

function document(source: Record<string, unknown>, title: string | undefined): Block {
  return { type: 'document', source, ...present({ title }) }
}
