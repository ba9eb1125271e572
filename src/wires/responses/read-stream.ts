import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'
import { isObject, objectsIn } from '../../core/json-value.ts'
import type { Usage } from '../../core/usage.ts'
import { incompleteError } from '../shared/incomplete-error.ts'
import { readOpenAIUsage } from '../shared/openai-usage.ts'
import { errorInAnswer } from '../shared/provider-error.ts'
import type { ReaderContext, StreamReader } from '../wire.ts'
import { toFinishReason } from './finish-reason.ts'
import { isCall, ItemCalls, textOfCall } from './item-calls.ts'
import { ItemKeys } from './item-keys.ts'
import { ItemTexts } from './item-texts.ts'

type Json = Record<string, any>

export class ResponsesReader implements StreamReader {
  readonly #origin: string
  readonly #keys = new ItemKeys()
  readonly #texts = new ItemTexts()
  readonly #calls: ItemCalls
  /** Whether the provider keeps the items of the response. */
  #stored = false
  #reason: FinishReason | undefined
  #usage: Usage | undefined

  constructor(context: ReaderContext) {
    this.#origin = context.model
    this.#calls = new ItemCalls(context)
  }

  read(data: any): AnswerEvent[] {
    const error = errorInAnswer(data)
    if (error) throw error
    if (!isObject(data)) return []
    return this.#readEvent(data)
  }

  get usage(): Usage | undefined {
    return this.#usage
  }

  get ended(): boolean {
    return this.#reason !== undefined
  }

  end(done: boolean): AnswerEvent[] {
    const reason = this.#finishReason(done)
    return [...(reason === 'tool-calls' ? this.#calls.end() : []), { type: 'finish', reason, usage: this.#usage }]
  }

  #readEvent(data: Json): AnswerEvent[] {
    const item = this.#keys.of(data)
    switch (data.type) {
      case 'response.output_text.delta':
        return this.#texts.delta('text-delta', contentKey(item, data), data.delta)
      case 'response.output_text.done':
        return this.#texts.rest('text-delta', contentKey(item, data), data.text)
      case 'response.refusal.delta':
        return this.#texts.delta('refusal-delta', contentKey(item, data), data.delta)
      case 'response.refusal.done':
        return this.#texts.rest('refusal-delta', contentKey(item, data), data.refusal)
      case 'response.reasoning_summary_text.delta':
        return this.#texts.delta('reasoning-delta', summaryKey(item, data.summary_index), data.delta)
      case 'response.reasoning_summary_text.done':
        return this.#texts.rest('reasoning-delta', summaryKey(item, data.summary_index), data.text)
      case 'response.reasoning_text.delta':
        return this.#texts.delta('reasoning-delta', contentKey(item, data), data.delta)
      case 'response.reasoning_text.done':
        return this.#texts.rest('reasoning-delta', contentKey(item, data), data.text)
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.#calls.delta(item, data.delta)
      case 'response.function_call_arguments.done':
        return this.#calls.rest(item, data.arguments)
      case 'response.custom_tool_call_input.done':
        return this.#calls.close(item, data.input)
      case 'response.content_part.done':
        return isObject(data.part) ? this.#readContent(contentKey(item, data), data.part) : []
      case 'response.output_item.added':
        return isObject(data.item) && isCall(data.item) ? this.#calls.begin(item, data.item) : []
      case 'response.output_item.done':
        return isObject(data.item) ? this.#readItem(item, data.item) : []
      case 'response.created':
      case 'response.in_progress':
        this.#stored = data.response?.store === true
        return []
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
      case 'response.done':
        return isObject(data.response) ? this.readResponse(data.response) : []
      default:
        return data.object === 'response' && Array.isArray(data.output) ? this.readResponse(data) : []
    }
  }

  /** Takes a response that is over, with what of it was not told yet. */
  readResponse(response: Json): AnswerEvent[] {
    this.#stored ||= response.store === true
    this.#usage = readOpenAIUsage(response.usage) ?? this.#usage
    this.#reason = toFinishReason(response)
    const output: Json[] = Array.isArray(response.output) ? response.output.filter(isObject) : []
    // Its items may be fewer than were streamed, and have other places and ids: what was not streamed is known by its kind.
    const isTold = { message: this.#texts.has('text-delta', 'refusal-delta'), reasoning: this.#hasAnswer || this.#texts.has('reasoning-delta') }
    const missing = output.filter((item) => (isCall(item) ? !this.#calls.knows(item.call_id) : !isTold[item.type as keyof typeof isTold]))
    return missing.flatMap((item, index) => this.#readItem(`final ${index}`, item))
  }

  get #hasAnswer(): boolean {
    return this.#texts.has('text-delta', 'refusal-delta') || this.#calls.count > 0
  }

  /** Takes a whole item, with what of it was not told yet. */
  #readItem(key: string, item: Json): AnswerEvent[] {
    if (isCall(item)) return [...this.#calls.begin(key, item), ...this.#endCall(key, item)]
    if (item.type === 'message') return objectsIn(item.content).flatMap((part, index) => this.#readContent(`${key} ${index}`, part))
    return item.type === 'reasoning' ? this.#readReasoning(key, item) : []
  }

  #endCall(key: string, item: Json): AnswerEvent[] {
    return item.status === 'incomplete' ? this.#calls.rest(key, textOfCall(item)) : this.#calls.close(key, textOfCall(item))
  }

  #readContent(key: string, part: Json): AnswerEvent[] {
    switch (part.type) {
      case 'output_text':
        return this.#texts.rest('text-delta', key, part.text)
      case 'refusal':
        return this.#texts.rest('refusal-delta', key, part.refusal)
      case 'reasoning_text':
        return this.#texts.rest('reasoning-delta', key, part.text)
      default:
        return []
    }
  }

  #readReasoning(key: string, item: Json): AnswerEvent[] {
    const events = [
      ...objectsIn(item.summary).flatMap((part, index) => this.#texts.rest('reasoning-delta', summaryKey(key, index), part.text)),
      ...objectsIn(item.content).flatMap((part, index) => this.#readContent(`${key} ${index}`, part)),
    ]
    const [value, id] = [item.encrypted_content, item.id].map((text) => (typeof text === 'string' ? text : ''))
    if (value === '' && !(this.#stored && id)) return events
    this.#texts.break()
    return [...events, { type: 'part-token', part: 'reasoning', token: { kind: 'encrypted', value: value!, ...(id && { id }), origin: this.#origin } }]
  }

  /** @throws BridgeError 502 for an answer that broke off */
  #finishReason(done: boolean): FinishReason {
    // A server that marks the end of its stream after a whole answer only left its last event out.
    if (this.#reason === undefined && !(done && this.#hasAnswer && this.#calls.complete)) throw incompleteError()
    if (this.#reason === 'length' || this.#reason === 'content-filter') return this.#reason
    return this.#calls.count > 0 ? 'tool-calls' : 'stop'
  }
}

function contentKey(item: string, { content_index: index = 0 }: Json): string {
  return `${item} ${index}`
}

function summaryKey(item: string, index: unknown): string {
  return `${item} summary ${index ?? 0}`
}
