import type { Json } from '../check.ts'

/** What `store: true` keeps: the items of answers by id, and conversations by the id of their last response. */
export interface StoredItems {
  has(id: string): boolean
  item(id: string): Json | undefined
  /** All items of a conversation up to and with this response. */
  conversation(responseId: string): Json[] | undefined
  keep(responseId: string, input: readonly Json[], output: readonly Json[]): void
}

export function storedItems(): StoredItems {
  const items = new Map<string, Json>()
  const conversations = new Map<string, Json[]>()
  return {
    has: (id) => items.has(id),
    item: (id) => items.get(id),
    conversation: (responseId) => conversations.get(responseId),
    keep: (responseId, input, output) => {
      for (const item of output) items.set(item.id, item)
      conversations.set(responseId, [...input, ...output])
    },
  }
}
