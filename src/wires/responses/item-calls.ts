import type { AnswerEvent } from '../../core/answer-event.ts'
import { parseObject } from '../../core/json-text.ts'
import { DistinctIds } from '../shared/distinct-ids.ts'
import type { ReaderContext } from '../wire.ts'

type Json = Record<string, any>

interface OpenCall {
  index: number
  /** A tool that takes any text, which stands in JSON as `{"input": …}`. */
  custom: boolean
  /** As the provider wrote it. */
  text: string
  closed: boolean
}

/** Whether an item is a call of one of the client's tools, as far as the provider has told which. */
export function isCall(item: Json): boolean {
  return (item.type === 'function_call' || item.type === 'custom_tool_call') && typeof item.name === 'string' && item.name !== ''
}

export function textOfCall(item: Json): unknown {
  return item.type === 'custom_tool_call' ? item.input : item.arguments
}

/** Follows the calls of a response. */
export class ItemCalls {
  readonly #context: ReaderContext
  readonly #ids = new DistinctIds()
  readonly #calls = new Map<string, OpenCall>()
  readonly #seen = new Set<string>()

  constructor(context: ReaderContext) {
    this.#context = context
  }

  get count(): number {
    return this.#calls.size
  }

  /** Whether no call breaks off. */
  get complete(): boolean {
    return [...this.#calls.values()].every(({ text, custom }) => custom || text.trim() === '' || parseObject(text) !== undefined)
  }

  /** Whether the provider's id is that of a call which was told. */
  knows(callId: string): boolean {
    return this.#seen.has(callId)
  }

  begin(key: string, item: Json): AnswerEvent[] {
    if (this.#calls.has(key)) return []
    const call: OpenCall = { index: this.#calls.size, custom: item.type === 'custom_tool_call', text: '', closed: false }
    this.#calls.set(key, call)
    this.#seen.add(item.call_id)
    const name = this.#context.toolNames?.toClient(item.name) ?? item.name
    const start: AnswerEvent = { type: 'tool-call-start', index: call.index, id: this.#ids.take(item.call_id ?? item.id), name }
    return [start, ...(call.custom ? this.#write(call, '{"input":"') : []), ...this.rest(key, textOfCall(item))]
  }

  delta(key: string, text: unknown): AnswerEvent[] {
    const call = this.#calls.get(key)
    if (!call || typeof text !== 'string' || text === '') return []
    call.text += text
    return this.#write(call, call.custom ? JSON.stringify(text).slice(1, -1) : text)
  }

  /** What of a whole text was not told yet. */
  rest(key: string, text: unknown): AnswerEvent[] {
    const call = this.#calls.get(key)
    return call && typeof text === 'string' ? this.delta(key, text.slice(call.text.length)) : []
  }

  /** What of a whole text was not told yet, after which there is no more. */
  close(key: string, text: unknown): AnswerEvent[] {
    const call = this.#calls.get(key)
    return call && !call.closed ? [...this.rest(key, text), ...this.#close(call)] : []
  }

  /** Closes those that the provider did not. */
  end(): AnswerEvent[] {
    return [...this.#calls.values()].flatMap((call) => (call.closed ? [] : this.#close(call)))
  }

  /** Ends the object around a text, and gives a call without arguments the object that it means. */
  #close(call: OpenCall): AnswerEvent[] {
    call.closed = true
    if (call.custom) return this.#write(call, '"}')
    return call.text.trim() === '' ? this.#write(call, '{}') : []
  }

  #write({ index }: OpenCall, args: string): AnswerEvent[] {
    return [{ type: 'tool-call-delta', index, arguments: args }]
  }
}
