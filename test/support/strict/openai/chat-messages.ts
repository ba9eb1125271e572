import { type Json, firstDuplicate, isBlank, isRecord, typeName, unknownKey } from '../check.ts'
import type { Entry } from '../history.ts'
import { emptyArray, missingParameter, openAiRefusal, tooLong, unknownParameter, wrongType, wrongValue } from './errors.ts'

/** How strict a vendor that speaks OpenAI's chat is. */
export interface ChatRules {
  /** For the names of its rules. */
  vendor: string
  /** Whether fields of messages that are not in the vendor's reference are refused. */
  closed: boolean
  roles: readonly string[]
}

export const OPENAI_RULES: ChatRules = {
  vendor: 'openai-chat',
  closed: true,
  roles: ['system', 'assistant', 'user', 'function', 'tool', 'developer'],
}

/** Keys by role, from `ChatCompletionMessageParam` of openai 6.49; `annotations` because answers are sent back whole. */
const KEYS: Record<string, ReadonlySet<string>> = {
  system: new Set(['role', 'content', 'name']),
  developer: new Set(['role', 'content', 'name']),
  user: new Set(['role', 'content', 'name']),
  assistant: new Set(['role', 'content', 'name', 'refusal', 'audio', 'annotations', 'tool_calls', 'function_call']),
  tool: new Set(['role', 'content', 'tool_call_id']),
  function: new Set(['role', 'content', 'name']),
}

const PARTS = ['text', 'image_url', 'input_audio', 'refusal', 'audio', 'file']
const CALL_ID_LENGTH = 40

/** Checks the messages of a chat request; what they say comes back in the common form, one entry per message or group of results. */
export function checkChatMessages(messages: unknown, rules: ChatRules): Entry[] {
  if (isBlank(messages)) throw missingParameter(`${rules.vendor}/missing`, 'messages')
  if (!Array.isArray(messages)) throw wrongType(`${rules.vendor}/type`, 'messages', 'an array of objects', messages)
  if (messages.length === 0) throw emptyArray(`${rules.vendor}/empty-messages`, 'messages')
  messages.forEach((message, index) => checkMessage(message, `messages[${index}]`, rules))
  return entriesOf(messages, rules)
}

function checkMessage(message: unknown, param: string, rules: ChatRules): void {
  const { vendor } = rules
  if (!isRecord(message)) throw wrongType(`${vendor}/type`, param, 'an object', message)
  if (isBlank(message.role)) throw missingParameter(`${vendor}/missing`, `${param}.role`)
  if (!rules.roles.includes(message.role)) throw wrongValue(`${vendor}/role`, `${param}.role`, message.role, rules.roles)
  const stranger = unknownKey(message, KEYS[message.role]!)
  if (rules.closed && stranger !== undefined) throw unknownParameter(`${vendor}/unknown-field`, `${param}.${stranger}`)
  const calls = message.role === 'assistant' ? checkCalls(message.tool_calls, param, rules) : 0
  if (message.role === 'tool' && typeof message.tool_call_id !== 'string') throw missingParameter(`${vendor}/missing`, `${param}.tool_call_id`)
  checkContent(message, calls > 0, param, rules)
}

function checkContent({ role, content, refusal, audio }: Json, hasCalls: boolean, param: string, { vendor }: ChatRules): void {
  if (isBlank(content)) {
    if (role === 'assistant' && (hasCalls || refusal || audio)) return
    throw openAiRefusal(`${vendor}/content`, `Invalid value for 'content': expected a string, got ${typeName(content)}.`, { param: `${param}.content` })
  }
  if (typeof content === 'string') return
  if (!Array.isArray(content)) throw wrongType(`${vendor}/type`, `${param}.content`, 'one of a string or array of objects', content)
  if (content.length === 0) throw emptyArray(`${vendor}/content`, `${param}.content`)
  content.forEach((part, index) => {
    const at = `${param}.content[${index}]`
    if (!isRecord(part)) throw wrongType(`${vendor}/type`, at, 'an object', part)
    if (!PARTS.includes(part.type)) throw wrongValue(`${vendor}/part-type`, `${at}.type`, part.type, PARTS)
    if (part.type === 'text' && typeof part.text !== 'string') throw missingParameter(`${vendor}/missing`, `${at}.text`)
    if (part.type === 'image_url' && typeof part.image_url?.url !== 'string') throw missingParameter(`${vendor}/missing`, `${at}.image_url.url`)
    if (part.type !== 'text' && ['system', 'developer', 'tool'].includes(role)) throw wrongValue(`${vendor}/part-type`, `${at}.type`, part.type, ['text'])
  })
}

/** The number of calls. */
function checkCalls(calls: unknown, param: string, { vendor }: ChatRules): number {
  if (isBlank(calls)) return 0
  if (!Array.isArray(calls)) throw wrongType(`${vendor}/type`, `${param}.tool_calls`, 'an array of objects', calls)
  if (calls.length === 0) throw emptyArray(`${vendor}/empty-calls`, `${param}.tool_calls`)
  calls.forEach((call, index) => {
    const at = `${param}.tool_calls[${index}]`
    if (typeof call?.id !== 'string' || call.id === '') throw missingParameter(`${vendor}/missing`, `${at}.id`)
    if (call.id.length > CALL_ID_LENGTH) throw tooLong(`${vendor}/call-id`, `${at}.id`, CALL_ID_LENGTH, call.id)
    if (isBlank(call.type)) throw missingParameter(`${vendor}/missing`, `${at}.type`)
    if (typeof call.function?.name !== 'string' || call.function.name === '') throw missingParameter(`${vendor}/missing`, `${at}.function.name`)
    if (typeof call.function.arguments !== 'string') throw wrongType(`${vendor}/type`, `${at}.function.arguments`, 'a string', call.function.arguments)
  })
  const twice = firstDuplicate(calls.map(({ id }) => id))
  if (twice !== undefined) throw openAiRefusal(`${vendor}/call-id`, `Duplicate value for 'tool_call_id' of '${twice}'`, { param: `${param}.tool_calls` })
  return calls.length
}

/** Pairs calls with their results; refuses what is left over on either side. */
function entriesOf(messages: readonly Json[], { vendor }: ChatRules): Entry[] {
  const entries: Entry[] = []
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index]!
    if (message.role === 'tool') {
      const why = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
      throw openAiRefusal(`${vendor}/result-without-call`, `Invalid parameter: ${why}`, { param: `messages.[${index}].role` })
    }
    if (message.role === 'user') entries.push({ role: 'user', text: textOfContent(message.content) })
    if (message.role !== 'assistant') continue
    const calls = (message.tool_calls ?? []).map((call: Json) => ({ id: call.id as string, name: call.function.name as string }))
    entries.push({ role: 'assistant', text: textOfContent(message.content), calls })
    if (calls.length === 0) continue
    const results = resultsAfter(messages, index)
    const missing = calls.filter(({ id }: { id: string }) => !results.has(id)).map(({ id }: { id: string }) => id)
    if (missing.length > 0) {
      const why = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${missing.join(', ')}`
      throw openAiRefusal(`${vendor}/call-without-result`, why, { param: 'messages' })
    }
    entries.push({ role: 'results', results: calls.map(({ id }: { id: string }) => results.get(id)!) })
    index += results.size
  }
  return entries
}

/** The results that follow the message at `index` and answer its calls, each once. */
function resultsAfter(messages: readonly Json[], index: number): Map<string, string> {
  const open = new Set(messages[index]!.tool_calls.map(({ id }: Json) => id))
  const results = new Map<string, string>()
  for (let at = index + 1; messages[at]?.role === 'tool' && open.delete(messages[at]!.tool_call_id); at++) {
    results.set(messages[at]!.tool_call_id, textOfContent(messages[at]!.content))
  }
  return results
}

/** The text of a message's content; other parts have none. */
export function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('') : ''
}

/** The index of the message that began the current turn. What a user says right after results belongs to theirs. */
export function turnStartOf(messages: readonly Json[]): number {
  return messages.findLastIndex(({ role }, index) => role === 'user' && messages[index - 1]?.role !== 'tool')
}
