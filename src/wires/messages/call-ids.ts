import { callsOf } from '../../core/assistant-message.ts'
import type { CallPart, Message, ToolMessage } from '../../core/prompt.ts'
import { DistinctIds } from '../shared/distinct-ids.ts'
import { pairResults } from '../shared/pair-results.ts'

/** The ids of calls and of their results, as a body has them. */
export interface CallIds {
  ofCall(call: CallPart): string
  ofResult(result: ToolMessage): string
}

/** Anthropic takes no other characters in an id, and no id twice in a conversation; other vendors' models give both. */
const FOREIGN_CHARACTERS = /[^a-zA-Z0-9_-]/g

export function callIds(messages: readonly Message[]): CallIds {
  const ids = new Map<CallPart, string>()
  const distinct = new DistinctIds()
  for (const call of messages.flatMap((message) => (message.role === 'assistant' ? callsOf(message) : []))) ids.set(call, distinct.take(plainId(call.id)))
  const pairs = pairResults(messages)
  return {
    ofCall: (call) => ids.get(call) ?? plainId(call.id),
    ofResult(result) {
      const call = pairs.get(result)
      return (call && ids.get(call)) ?? plainId(result.toolCallId)
    },
  }
}

function plainId(id: string): string {
  return id.replace(FOREIGN_CHARACTERS, '_') || '_'
}
