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
  if (block.type === 'redacted_thinking') return redacted(block.data, asked) ?? [block]
  if (block.type !== 'thinking') return [block]
  if (block.signature === '') return []
  const restored = restore(block.signature, 'signature', asked)
  if (restored === undefined) return [block]
  // opencode keeps both kinds in one field.
  if (restored.foreign) return redacted(block.signature, asked) ?? []
  const { token, place } = restored.placed
  return [{ ...block, thinking: place.part === 'reasoning' ? (place.text ?? block.thinking) : block.thinking, signature: token.value }]
}

function redacted(data: unknown, asked: Asked): Json[] | undefined {
  const restored = restore(data, 'redacted', asked)
  if (restored === undefined) return undefined
  return restored.foreign ? [] : [{ type: 'redacted_thinking', data: restored.placed.token.value }]
}
