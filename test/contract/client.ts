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
    for await (const event of framesOf(response, this.#format)) {
      events.push(event)
      yield this.#format.decodeStream(events)
    }
  }

  async #decode(response: Response, stream: boolean): Promise<AbstractAnswer> {
    expect(response.headers.get('content-type')).toContain(stream ? STREAM_TYPES[this.#format.frames] : 'application/json')
    if (!stream) return this.#format.decodeAnswer(await response.json())
    const events: EventSourceMessage[] = []
    for await (const event of framesOf(response, this.#format)) events.push(event)
    return this.#format.decodeStream(events)
  }
}

const STREAM_TYPES = { events: 'text/event-stream', lines: 'application/x-ndjson' }

function framesOf(response: Response, { frames }: ClientFormat): AsyncIterable<EventSourceMessage> {
  const text = response.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
  return frames === 'lines' ? linesOf(text) : text.pipeThrough(new EventSourceParserStream())
}

async function* linesOf(text: ReadableStream<string>): AsyncGenerator<EventSourceMessage> {
  let rest = ''
  for await (const piece of text) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    for (const data of lines) yield { id: undefined, event: undefined, data }
  }
  if (rest !== '') throw new Error('the last line has no end')
}
