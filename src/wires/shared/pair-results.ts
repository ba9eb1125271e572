import { callsOf } from '../../core/assistant-message.ts'
import { Fifos } from '../../core/fifo.ts'
import type { CallPart, Message, ToolMessage } from '../../core/prompt.ts'

/**
 * The call that each result answers: the nearest before it with its id. Some models use an id again in a later turn,
 * and some in the same one; there the results are taken in their order.
 */
export function pairResults(messages: readonly Message[]): Map<ToolMessage, CallPart> {
  const pairs = new Map<ToolMessage, CallPart>()
  /** The calls without a result, by id. */
  const open = new Fifos<string, CallPart>()
  let answered = false
  for (const message of messages) {
    if (message.role === 'assistant') {
      if (answered) open.clear()
      answered = false
      for (const call of callsOf(message)) open.push(call.id, call)
    } else if (message.role === 'tool') {
      answered = true
      const call = open.shift(message.toolCallId)
      if (call) pairs.set(message, call)
    }
  }
  return pairs
}
