import { changeField, changesOf } from '../../core/change-list.ts'
import { type Asked, restore } from '../restore-tokens.ts'

type Json = Record<string, unknown>

/** Thinking of another model's, with its token or without one, is left out: Anthropic refuses what it cannot verify. */
export function restoreTokens(body: Json, asked: Asked): Json {
  return changesOf(body, 'messages', (message) => {
    const changed = changeField(message, 'content', (block) => restoreBlock(block, asked))
    return changed !== message && (changed.content as unknown[]).length === 0 ? [] : [changed]
  })
}

function restoreBlock(block: Json, asked: Asked): Json[] {
  if (block.type === 'redacted_thinking') {
    const restored = restore(block.data, 'redacted', asked)
    if (restored === undefined) return [block]
    return restored.foreign ? [] : [{ ...block, data: restored.placed.token.value }]
  }
  if (block.type !== 'thinking') return [block]
  if (block.signature === '') return []
  const restored = restore(block.signature, 'signature', asked)
  if (restored === undefined) return [block]
  if (restored.foreign) return []
  const { token, place } = restored.placed
  return [{ ...block, thinking: place.part === 'reasoning' ? (place.text ?? block.thinking) : block.thinking, signature: token.value }]
}
