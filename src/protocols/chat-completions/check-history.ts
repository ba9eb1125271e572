import { BridgeError } from '../../core/errors.ts'
import { invalidValue, listNames } from '../invalid-value.ts'
import type { ChatMessage } from './schema.ts'

/**
 * Checks that calls and results of tools belong together, as OpenAI does: each result answers a call of the assistant
 * message before it, and no call stays without a result.
 * @param messages may be of roles, and hold calls of kinds, that the schema does not know
 * @param continues whether the first messages may be results of calls that were made before
 * @throws BridgeError 400 that names the message
 */
export function checkHistory(messages: readonly ChatMessage[], continues = false): void {
  const begin = continues ? messages.findIndex(({ role }) => role === 'user' || role === 'assistant') : 0
  let caller = ''
  let open = new Set<string>()
  const checkAnswered = () => {
    if (open.size > 0) throw unanswered(caller, [...open])
  }

  messages.forEach((message, index) => {
    const path = `messages[${index}]`
    if (message.role === 'tool') {
      if (index < begin || begin < 0) return
      if (!open.delete(message.tool_call_id)) throw unasked(`${path}.tool_call_id`)
      return
    }
    checkAnswered()
    if (message.role !== 'assistant') return
    caller = path
    open = collectIds(message.tool_calls ?? [], path)
  })
  checkAnswered()
}

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>

function collectIds(calls: NonNullable<AssistantMessage['tool_calls']>, path: string): Set<string> {
  const ids = new Set<string>()
  calls.forEach(({ id }, index) => {
    if (ids.has(id)) throw invalidValue(`${path}.tool_calls[${index}].id`, 'another call of this message has the same id')
    if (typeof id === 'string') ids.add(id)
  })
  return ids
}

function unasked(param: string): BridgeError {
  return failure(param, "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.")
}

function unanswered(param: string, ids: readonly string[]): BridgeError {
  return failure(
    `${param}.tool_calls`,
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${listNames(ids)}`,
  )
}

function failure(param: string, message: string): BridgeError {
  return new BridgeError(message, { code: 'invalid_value', status: 400, param })
}
