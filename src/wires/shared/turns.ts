import type { AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage } from '../../core/prompt.ts'

/** A conversation for formats with a place for the system's words and two roles that take turns. */
export interface Conversation {
  system: SystemMessage[]
  turns: Turn[]
}

export type Turn = UserTurn | AssistantTurn

/** What the model reads: results of the calls before it, then everything else in its order, system messages included. */
export interface UserTurn {
  role: 'user'
  results: ToolMessage[]
  messages: (UserMessage | SystemMessage)[]
}

export interface AssistantTurn {
  role: 'assistant'
  messages: AssistantMessage[]
}

/** A system message further down is one of the user's turn; where there is nothing else, the last one is. */
export function toConversation(messages: readonly Message[]): Conversation {
  const found = messages.findIndex(({ role }) => role !== 'system')
  const start = found < 0 ? Math.max(0, messages.length - 1) : found
  return { system: messages.slice(0, start).filter((message) => message.role === 'system'), turns: toTurns(messages.slice(start)) }
}

function toTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    if (message.role === 'assistant') assistantTurn(turns).messages.push(message)
    else if (message.role === 'tool') userTurn(turns).results.push(message)
    else userTurn(turns).messages.push(message)
  }
  return turns
}

function assistantTurn(turns: Turn[]): AssistantTurn {
  const last = turns.at(-1)
  if (last?.role === 'assistant') return last
  const turn: AssistantTurn = { role: 'assistant', messages: [] }
  turns.push(turn)
  return turn
}

function userTurn(turns: Turn[]): UserTurn {
  const last = turns.at(-1)
  if (last?.role === 'user') return last
  const turn: UserTurn = { role: 'user', results: [], messages: [] }
  turns.push(turn)
  return turn
}
