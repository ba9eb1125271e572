import type { CallForm } from '../../core/call.ts'
import { isObject, without } from '../../core/json-value.ts'
import { dialectOf } from './dialect.ts'

type Json = Readonly<Record<string, unknown>>
type Changes = Record<string, unknown>

/** What of a client's own body some servers of the format refuse; each function gives what changes, by top-level field. */

/** The fields in which answers of other models tell what they thought. */
export const THOUGHTS: readonly string[] = ['reasoning_content', 'reasoning', 'reasoning_details', 'reasoning_text', 'reasoning_opaque']

/** Takes the thoughts of other models out of the history, for servers that refuse fields that they do not know. */
export function withoutForeignThoughts(body: Json, form: CallForm): Changes {
  const { closed, reasoning, tokens } = dialectOf(form)
  if (!closed) return {}
  const own = new Set<string | undefined>([reasoning, ...tokens.map((token) => `reasoning_${token}`)])
  const foreign = THOUGHTS.filter((field) => !own.has(field))
  return changedMessages(body, (message) => without(message, foreign))
}

/** Gives an answer without content or calls an empty text, and none an empty list of calls. */
export function withoutGaps(body: Json): Changes {
  return changedMessages(body, (message) => {
    const calls = message.tool_calls
    const told = Array.isArray(calls) && calls.length === 0 ? without(message, ['tool_calls']) : message
    const saysNothing = [told.content, told.tool_calls, told.refusal, told.function_call, told.audio].every((value) => value === null || value === undefined)
    return saysNothing ? { ...told, content: '' } : told
  })
}

/** Leaves lists of no tools out, and what is said of calls where there are none to be made. */
export function withoutEmptyTools(body: Json): Changes {
  return { ...withoutEmpty(body, 'tools', 'tool_choice', 'parallel_tool_calls'), ...withoutEmpty(body, 'functions', 'function_call') }
}

/** What demands a call stays, for the provider to refuse. */
const NO_DEMAND: ReadonlySet<unknown> = new Set(['auto', 'none', true, false, null])

function withoutEmpty(body: Json, list: string, ...choices: string[]): Changes {
  const tools = body[list]
  if (!Array.isArray(tools) || tools.length > 0) return {}
  const said = [list, ...choices.filter((choice) => NO_DEMAND.has(body[choice]))]
  return Object.fromEntries(said.filter((field) => body[field] !== undefined).map((field) => [field, undefined]))
}

function changedMessages(body: Json, change: (message: Json) => Json): Changes {
  const { messages } = body
  if (!Array.isArray(messages)) return {}
  const changed = messages.map((message: unknown) => (isObject(message) && message.role === 'assistant' ? change(message) : message))
  return changed.some((message, index) => message !== messages[index]) ? { messages: changed } : {}
}
