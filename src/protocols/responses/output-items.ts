import { CustomInput, isObject } from './custom-input.ts'
import type {
  EventBody,
  FinalStatus,
  ItemStatus,
  WireCustomToolCall,
  WireFunctionCall,
  WireItem,
  WireLogprob,
  WireMessage,
  WireReasoning,
  WireToolSearchCall,
} from './wire.ts'

/** An item of the output while the model writes it. Each method returns the events for what it did. */
export interface OutputItem {
  open(): EventBody[]
  close(status: FinalStatus): EventBody[]
  /** Whether nothing can follow, now that another item has begun. */
  readonly complete: boolean
  /** It, as far as it is known. */
  snapshot(status: ItemStatus): WireItem
}

/** Where an item is in the output. */
export interface ItemPlace {
  id: string
  index: number
}

/** What the client calls a tool. */
export interface CallIdentity {
  callId: string
  name: string
  namespace: string | undefined
}

abstract class StreamedItem implements OutputItem {
  protected readonly place: { item_id: string; output_index: number }

  constructor({ id, index }: ItemPlace) {
    this.place = { item_id: id, output_index: index }
  }

  abstract readonly complete: boolean
  abstract snapshot(status: ItemStatus): WireItem
  protected abstract begin(): EventBody[]
  protected abstract end(status: FinalStatus): EventBody[]

  open(): EventBody[] {
    const item = this.snapshot('in_progress')
    return [{ type: 'response.output_item.added', output_index: this.place.output_index, item }, ...this.begin()]
  }

  close(status: FinalStatus): EventBody[] {
    const end = this.end(status)
    return [...end, { type: 'response.output_item.done', output_index: this.place.output_index, item: this.snapshot(status) }]
  }
}

/** Text for the client. */
export class MessageStream extends StreamedItem {
  readonly complete = true
  #text = ''
  #logprobs: WireLogprob[] = []
  #opened = false

  text(delta: string, logprobs: WireLogprob[]): EventBody[] {
    this.#text += delta
    this.#logprobs.push(...logprobs)
    return [{ type: 'response.output_text.delta', ...this.place, content_index: 0, delta, logprobs }]
  }

  /** Probabilities that came too late for a delta. */
  addLogprobs(logprobs: readonly WireLogprob[]): void {
    this.#logprobs.push(...logprobs)
  }

  snapshot(status: ItemStatus): WireMessage {
    return { type: 'message', id: this.place.item_id, status, role: 'assistant', content: this.#opened ? [this.#part()] : [] }
  }

  protected begin(): EventBody[] {
    const part = this.#part()
    this.#opened = true
    return [{ type: 'response.content_part.added', ...this.place, content_index: 0, part }]
  }

  protected end(): EventBody[] {
    const part = this.#part()
    return [
      { type: 'response.output_text.done', ...this.place, content_index: 0, text: part.text, logprobs: part.logprobs },
      { type: 'response.content_part.done', ...this.place, content_index: 0, part },
    ]
  }

  #part(): WireMessage['content'][number] {
    return { type: 'output_text', text: this.#text, annotations: [], logprobs: [...this.#logprobs] }
  }
}

/** What the model thought, as a summary: the form that clients show. */
export class ReasoningStream extends StreamedItem {
  readonly complete = true
  #text = ''
  #opened = false

  text(delta: string): EventBody[] {
    this.#text += delta
    return [{ type: 'response.reasoning_summary_text.delta', ...this.place, summary_index: 0, delta }]
  }

  snapshot(status: ItemStatus): WireReasoning {
    return { type: 'reasoning', id: this.place.item_id, status, summary: this.#opened ? [this.#part()] : [] }
  }

  protected begin(): EventBody[] {
    const part = this.#part()
    this.#opened = true
    return [{ type: 'response.reasoning_summary_part.added', ...this.place, summary_index: 0, part }]
  }

  protected end(): EventBody[] {
    return [
      { type: 'response.reasoning_summary_text.done', ...this.place, summary_index: 0, text: this.#text },
      { type: 'response.reasoning_summary_part.done', ...this.place, summary_index: 0, part: this.#part() },
    ]
  }

  #part(): WireReasoning['summary'][number] {
    return { type: 'summary_text', text: this.#text }
  }
}

/** A call of a tool; its arguments arrive as pieces of JSON. */
export interface CallStream extends OutputItem {
  arguments(delta: string): EventBody[]
}

export class FunctionCallStream extends StreamedItem implements CallStream {
  readonly #call: CallIdentity
  #arguments = ''

  constructor(place: ItemPlace, call: CallIdentity) {
    super(place)
    this.#call = call
  }

  get complete(): boolean {
    return isObject(this.#arguments)
  }

  arguments(delta: string): EventBody[] {
    this.#arguments += delta
    return [{ type: 'response.function_call_arguments.delta', ...this.place, delta }]
  }

  snapshot(status: ItemStatus): WireFunctionCall {
    const { callId, name, namespace } = this.#call
    return {
      type: 'function_call',
      id: this.place.item_id,
      status,
      call_id: callId,
      name,
      ...(namespace !== undefined && { namespace }),
      arguments: this.#arguments,
    }
  }

  protected begin(): EventBody[] {
    return []
  }

  protected end(status: FinalStatus): EventBody[] {
    // Some models write nothing for a tool without parameters, and clients parse it all the same.
    const filled = status === 'completed' && this.#arguments.trim() === '' ? this.arguments('{}') : []
    const done = { ...this.place, name: this.#call.name, arguments: this.#arguments }
    return [...filled, { type: 'response.function_call_arguments.done', ...done }]
  }
}

export class CustomCallStream extends StreamedItem implements CallStream {
  readonly #call: CallIdentity
  readonly #input = new CustomInput()

  constructor(place: ItemPlace, call: CallIdentity) {
    super(place)
    this.#call = call
  }

  get complete(): boolean {
    return this.#input.complete
  }

  arguments(delta: string): EventBody[] {
    return this.#deltas(this.#input.push(delta))
  }

  snapshot(status: ItemStatus): WireCustomToolCall {
    const { callId, name, namespace } = this.#call
    return {
      type: 'custom_tool_call',
      id: this.place.item_id,
      status,
      call_id: callId,
      name,
      ...(namespace !== undefined && { namespace }),
      input: this.#input.text,
    }
  }

  protected begin(): EventBody[] {
    return []
  }

  protected end(): EventBody[] {
    const rest = this.#deltas(this.#input.end())
    return [...rest, { type: 'response.custom_tool_call_input.done', ...this.place, input: this.#input.text }]
  }

  #deltas(delta: string): EventBody[] {
    return delta === '' ? [] : [{ type: 'response.custom_tool_call_input.delta', ...this.place, delta }]
  }
}

/** A search for tools has no events of its own: the client gets its arguments when they are complete. */
export class SearchCallStream extends StreamedItem implements CallStream {
  readonly #callId: string
  #json = ''

  constructor(place: ItemPlace, { callId }: CallIdentity) {
    super(place)
    this.#callId = callId
  }

  get complete(): boolean {
    return isObject(this.#json)
  }

  arguments(delta: string): EventBody[] {
    this.#json += delta
    return []
  }

  snapshot(status: ItemStatus): WireToolSearchCall {
    const args: unknown = this.complete ? JSON.parse(this.#json) : {}
    return { type: 'tool_search_call', id: this.place.item_id, status, call_id: this.#callId, execution: 'client', arguments: args }
  }

  protected begin(): EventBody[] {
    return []
  }

  protected end(): EventBody[] {
    return []
  }
}
