import { changesOf, restore } from '../restore-tokens.ts'

type Json = Record<string, unknown>

/** Reasoning of another model's is left out; that of the same gets the id back that its encrypted content belongs to. */
export function restoreTokens(body: Json, model: string): Json {
  return changesOf(body, 'input', (item) => {
    if (item.type !== 'reasoning') return [item]
    const restored = restore(item.encrypted_content, 'encrypted', model)
    if (restored === undefined) return [item]
    if (restored.foreign) return []
    const { id, value } = restored.placed.token
    const { encrypted_content: _wrapped, ...rest } = item
    return [{ ...rest, ...(id !== undefined && { id }), ...(value !== '' && { encrypted_content: value }) }]
  })
}
