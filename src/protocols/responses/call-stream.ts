import { CustomInput, isObject } from '../custom-input.ts'
import { type ItemPlace, type OutputItem, StreamedItem } from './streamed-item.ts'
import type { EventBody, FinalStatus, ItemStatus, JsonCustomToolCall, JsonFunctionCall, JsonToolSearchCall } from './shapes.ts'

/** What the client calls a tool. */
export interface CallIdentity {
  callId: string
  name: string
  namespace: string | undefined
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

  snapshot(status: ItemStatus): JsonFunctionCall {
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

  snapshot(status: ItemStatus): JsonCustomToolCall {
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

  snapshot(status: ItemStatus): JsonToolSearchCall {
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
