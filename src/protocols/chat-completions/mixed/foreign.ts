import { changeEach, changeField } from '../../../core/change-list.ts'
import { isForeignBlock } from '../../foreign-blocks.ts'
import type { Json } from './json.ts'

/**
 * Messages without the blocks that only another vendor's server can read; one of the user's that had nothing else goes.
 * @param lost gets their kinds
 * @returns the very list where there are none
 */
export function withoutForeign(messages: unknown, lost: Set<string>): unknown {
  return changeEach(messages, (message) => {
    const changed = changeField(message, 'content', (part) => {
      if (!isForeignBlock(part.type)) return [part]
      lost.add(`messages.content.${String(part.type)}`)
      return []
    })
    if (changed === message || (changed.content as unknown[]).length > 0) return [changed]
    return message.role === 'assistant' ? [{ ...changed, content: null } satisfies Json] : []
  })
}
