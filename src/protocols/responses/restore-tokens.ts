import { changesOf } from '../../core/change-list.ts'
import { type Asked, isForeign, restore } from '../restore-tokens.ts'

type Json = Record<string, unknown>

/** Reasoning of another model's is left out; that of the same gets the id back that its encrypted content belongs to. */
export function restoreTokens(body: Json, asked: Asked): Json {
  return changesOf(body, 'input', (item) => (item.type === 'reasoning' ? restoreItem(item, asked, body.store === false) : [item]))
}

/** @param unstored whether the provider keeps nothing of this conversation, as far as the client says */
function restoreItem(item: Json, asked: Asked, unstored: boolean): Json[] {
  const { encrypted_content: encrypted, ...rest } = item
  if (!encrypted) return isUnknown(item, asked, unstored) ? [] : [item]
  const restored = restore(encrypted, 'encrypted', asked)
  if (restored === undefined) return [item]
  if (restored.foreign) return []
  const { id, value } = restored.placed.token
  return [{ ...rest, ...(id !== undefined && { id }), ...(value !== '' && { encrypted_content: value }) }]
}

/** An id alone means something to the provider that keeps the item; open models' reasoning stands in the item itself. */
function isUnknown({ id, content }: Json, asked: Asked, unstored: boolean): boolean {
  if (typeof id !== 'string' || (Array.isArray(content) && content.length > 0)) return false
  return isForeign(id, asked) || (unstored && asked.originOf(id) === undefined)
}
