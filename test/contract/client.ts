import type { EventSourceMessage } from 'eventsource-parser'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { expect } from 'vitest'
import type { Bridge } from '../support/bridge.ts'
import type { Script } from '../support/upstream.ts'
import type { AbstractAnswer, AbstractRequest, ClientFormat } from './client-format.ts'

/** What a request came to. */
export interface Exchange {
  /** The body of the one call to the provider. */
  sent: any
  answer: AbstractAnswer
  headers: Headers
}

/** A client of a bridge that speaks one format. */
export class FormatClient {
  readonly #bridge: Bridge
  readonly #format: ClientFormat

  constructor(bridge: Bridge, format: ClientFormat) {
    this.#bridge = bridge
    this.#format = format
  }

  /** @param extra fields that the format does not know, or other values of those that it does */
  post(request: AbstractRequest, { extra = {}, signal }: { extra?: object; signal?: AbortSignal } = {}): Promise<Response> {
    const { path, body } = this.#format.encode(request)
    this.#bridge.upstream.calls.length = 0
    return fetch(this.#bridge.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...extra }),
      ...(signal && { signal }),
    })
  }

  /** A request that the provider answers with `script`, in exactly one call. */
  async ask(request: AbstractRequest, script: Script, extra: object = {}): Promise<Exchange> {
    this.#bridge.upstream.answer(script)
    const response = await this.post(request, { extra })
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
    const answer = await this.#decode(response, request.stream)
    expect(this.#bridge.upstream.calls).toHaveLength(1)
    return { sent: this.#bridge.upstream.calls[0]!.body, answer, headers: response.headers }
  }

  /** What a streamed answer has come to, event by event. */
  async *follow(response: Response): AsyncGenerator<AbstractAnswer> {
    const events: EventSourceMessage[] = []
    for await (const event of eventsOf(response)) {
      events.push(event)
      yield this.#format.decodeStream(events)
    }
  }

  async #decode(response: Response, stream: boolean): Promise<AbstractAnswer> {
    expect(response.headers.get('content-type')).toContain(stream ? 'text/event-stream' : 'application/json')
    if (!stream) return this.#format.decodeAnswer(await response.json())
    const events: EventSourceMessage[] = []
    for await (const event of eventsOf(response)) events.push(event)
    return this.#format.decodeStream(events)
  }
}

function eventsOf(response: Response): ReadableStream<EventSourceMessage> {
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>
  return response.body!.pipeThrough(decoder).pipeThrough(new EventSourceParserStream())
}
