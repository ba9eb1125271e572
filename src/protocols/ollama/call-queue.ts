import { parseObject } from '../../core/json-text.ts'
import type { ToolCall } from '../../core/prompt.ts'
import { isObject } from '../custom-input.ts'
import type { JsonToolCall } from './shapes.ts'

/** Calls come whole in this format: each waits until it is, and for those before it. */
export class CallQueue {
  readonly #waiting: { call: ToolCall; index: number }[] = []

  begin(index: number, { id, name }: Pick<ToolCall, 'id' | 'name'>): void {
    this.#waiting.push({ call: { id, name, arguments: '' }, index })
  }

  /** @returns the calls that can be told now */
  add(index: number, text: string): JsonToolCall[] {
    const entry = this.#waiting.find((other) => other.index === index)
    if (entry) entry.call.arguments += text
    const open = this.#waiting.findIndex(({ call }) => !isObject(call.arguments))
    return encodeCalls(this.#waiting.splice(0, open < 0 ? this.#waiting.length : open)).calls
  }

  /** What waited until the end of the answer. */
  end(): EncodedCalls {
    return encodeCalls(this.#waiting.splice(0))
  }
}

export interface EncodedCalls {
  calls: JsonToolCall[]
  /** The name of a tool that was called with arguments that are no JSON object, for which the format has no form. */
  malformed?: string
}

export function encodeCalls(entries: readonly { call: ToolCall; index: number }[]): EncodedCalls {
  const encoded: EncodedCalls = { calls: [] }
  for (const { call, index } of entries) {
    const args = call.arguments.trim() === '' ? {} : parseObject(call.arguments)
    if (args === undefined) encoded.malformed ??= call.name
    else encoded.calls.push({ id: call.id, function: { index, name: call.name, arguments: args } })
  }
  return encoded
}
