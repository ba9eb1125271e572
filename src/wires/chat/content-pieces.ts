import { isObject } from '../../core/json-value.ts'

/** What an answer says, in the order in which a delta or a message has it. */
export interface ContentPiece {
  type: 'text' | 'reasoning' | 'refusal'
  text: string
}

/** Reads `content`: a text, or a list of parts, in which Mistral has what its models think. */
export function contentPieces(content: unknown): ContentPiece[] {
  if (typeof content === 'string') return piece('text', content)
  return Array.isArray(content) ? content.filter(isObject).flatMap(partPieces) : []
}

function partPieces(part: Record<string, unknown>): ContentPiece[] {
  switch (part.type) {
    case 'text':
    case 'output_text':
      return piece('text', part.text)
    case 'refusal':
      return piece('refusal', part.refusal)
    case 'thinking':
    case 'reasoning':
      return contentPieces(part.thinking ?? part.text).map(({ text }) => ({ type: 'reasoning', text }))
    default:
      return []
  }
}

function piece(type: ContentPiece['type'], text: unknown): ContentPiece[] {
  return typeof text === 'string' && text !== '' ? [{ type, text }] : []
}
