import { isObject } from '../../../core/json-value.ts'
import { messagesOfInput } from './items.ts'
import { withoutForeign } from './foreign.ts'
import { defined, type Json } from './json.ts'
import { messagesOf } from './messages.ts'
import { toolChoiceOf, toolsOf, withoutHosted } from './tools.ts'

export interface OwnForm {
  body: Json
  /** Kinds of items, blocks and tools that have no place here. */
  lost: string[]
  /** Names of the tools that take a text and came in Responses' form. */
  flatTools: ReadonlySet<string>
}

/**
 * Some clients, Cursor above all, post to Chat Completions what they would send to Responses or to Anthropic's Messages,
 * whole or in parts: `input` in the place of `messages`, flat tools, `input_schema`, blocks of tools in the content, a
 * `tool_choice` that is an object with a type. All of it has a place in Chat Completions, and is put there.
 * @returns the very body where it is in no other format's words
 */
export function ownForm(body: Json): OwnForm {
  const lost = new Set<string>()
  const flatTools = new Set<string>()
  const inMessages = hasMessages(body) ? messagesOf(withoutForeign(body.messages, lost)) : body.messages
  const isResponses = !hasMessages(body) && body.input != null
  const messages = isResponses ? messagesOfInput(body.input, lost) : inMessages
  const tools = isResponses ? withoutHosted(toolsOf(body.tools, flatTools), lost) : toolsOf(body.tools, flatTools)
  const choice = toolChoiceOf(body.tool_choice)
  const instructions = messages === undefined ? undefined : textOf(body.instructions ?? body.system)
  if (messages === body.messages && tools === body.tools && choice.tool_choice === body.tool_choice && instructions === undefined)
    return { body, lost: [], flatTools }
  const { input: _input, instructions: _instructions, system: _system, ...rest } = body
  const own = defined({
    ...parametersOf(rest),
    messages: instructions === undefined || !Array.isArray(messages) ? messages : [{ role: 'system', content: instructions }, ...(messages as unknown[])],
    tools,
    ...choice,
  })
  return { body: own, lost: [...lost], flatTools }
}

function hasMessages({ messages }: Json): boolean {
  return Array.isArray(messages) && messages.length > 0
}

/** The text of a system prompt beside the messages, in either vendor's form. */
function textOf(instructions: unknown): string | undefined {
  if (typeof instructions === 'string') return instructions || undefined
  if (!Array.isArray(instructions)) return undefined
  return instructions.map((block: unknown) => (isObject(block) && typeof block.text === 'string' ? block.text : '')).join('\n\n') || undefined
}

/** The parameters that Chat Completions has by other names. */
function parametersOf({ max_output_tokens: limit, stop_sequences: stop, text, ...rest }: Json): Json {
  const { format, verbosity, ...others } = isObject(text) ? text : {}
  return {
    ...rest,
    max_completion_tokens: rest.max_completion_tokens ?? limit ?? undefined,
    stop: rest.stop ?? stop ?? undefined,
    verbosity: rest.verbosity ?? verbosity ?? undefined,
    response_format: rest.response_format ?? responseFormatOf(format),
    ...(Object.keys(others).length > 0 && { text: others }),
  }
}

/** Responses have the schema beside the type. */
function responseFormatOf(format: unknown): unknown {
  if (!isObject(format) || format.type !== 'json_schema') return format ?? undefined
  const { type, ...schema } = format
  return { type, json_schema: schema }
}
