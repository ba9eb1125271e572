import { callsOf } from '../../core/assistant-message.ts'
import type { CallPart, Message, ToolMessage } from '../../core/prompt.ts'

/**
 * The call that each result answers: the nearest before it with its id. Some models use an id again in a later turn,
 * and some in the same one; there the results are taken in their order.
 */
export function pairResults(messages: readonly Message[]): Map<ToolMessage, CallPart> {
  const pairs = new Map<ToolMessage, CallPart>()
  let open: CallPart[] = []
  let answered = false
  for (const message of messages) {
    if (message.role === 'assistant') {
      open = answered ? callsOf(message) : [...open, ...callsOf(message)]
      answered = false
    } else if (message.role === 'tool') {
      answered = true
      const index = open.findIndex(({ id }) => id === message.toolCallId)
      if (index >= 0) pairs.set(message, open.splice(index, 1)[0]!)
    }
  }
  return pairs
}
