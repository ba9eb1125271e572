import type { ToolCall } from '../../core/prompt.ts'
import { CustomInput } from '../custom-input.ts'
import type { JsonDelta, JsonToolCall } from './shapes.ts'

/**
 * How the client reads the calls of its tools that take a text, by their names: as OpenAI has it, or as those of a function
 * whose arguments are the text.
 */
export type CustomTools = ReadonlyMap<string, 'custom' | 'function'>

type CallDelta = NonNullable<JsonDelta['tool_calls']>[number]

/** Writes the calls of a streamed answer. */
export class CallWriter {
  readonly #customs: CustomTools
  /** Of the calls whose arguments hold a text, by their numbers. */
  readonly #inputs = new Map<number, { form: 'custom' | 'function'; input: CustomInput }>()

  constructor(customs: CustomTools) {
    this.#customs = customs
  }

  start({ index, id, name }: Pick<ToolCall, 'id' | 'name'> & { index: number }): CallDelta {
    const form = this.#customs.get(name)
    if (form) this.#inputs.set(index, { form, input: new CustomInput() })
    return { index, ...callOf({ id, name }, '', form) }
  }

  /** More of the arguments' JSON; undefined where that tells nothing yet. */
  delta(index: number, json: string): CallDelta | undefined {
    const custom = this.#inputs.get(index)
    return custom ? pieceOf(index, custom.input.push(json), custom.form) : { index, function: { arguments: json } }
  }

  /** What is left to be told of the texts, now that the calls are whole. */
  end(): CallDelta[] {
    return [...this.#inputs].flatMap(([index, { form, input }]) => pieceOf(index, input.end(), form) ?? [])
  }
}

/** A whole call. */
export function writeCall(call: ToolCall, customs: CustomTools): JsonToolCall {
  const form = customs.get(call.name)
  if (form === undefined) return callOf(call, call.arguments, form)
  const input = new CustomInput()
  return callOf(call, input.push(call.arguments) + input.end(), form)
}

function callOf({ id, name }: Pick<ToolCall, 'id' | 'name'>, text: string, form: 'custom' | 'function' = 'function'): JsonToolCall {
  return form === 'custom' ? { id, type: form, custom: { name, input: text } } : { id, type: form, function: { name, arguments: text } }
}

function pieceOf(index: number, text: string, form: 'custom' | 'function'): CallDelta | undefined {
  if (text === '') return undefined
  return form === 'custom' ? { index, custom: { input: text } } : { index, function: { arguments: text } }
}
