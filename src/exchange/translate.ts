import type { CallForm } from '../core/call.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Usage } from '../core/usage.ts'
import type { Lease } from '../engines/engine.ts'
import type { OpenCall } from '../records/open-call.ts'
import { wireFormats } from '../wires/index.ts'
import { withPreamble } from '../wires/shared/preamble.ts'
import { toProviderError } from '../wires/shared/provider-error.ts'
import { toolNamesOf } from '../wires/shared/tool-names.ts'
import type { StreamReader } from '../wires/wire.ts'
import { asksForStream } from '../wires/adapt.ts'
import { BodyCollector, isEventStream } from './collect-body.ts'
import { callHeaders } from './call-headers.ts'
import { parseAnswer } from './parse-answer.ts'
import { isRefusal } from './refusal.ts'
import { SseReader } from './sse-reader.ts'

export interface Translation {
  model: Model
  form: CallForm
  /** Whether the client wants a stream; what is asked whole is called whole where the provider can. */
  stream: boolean
  /** See `ProviderCall`. */
  conversation: string
  /** Hears what it uses. */
  call: OpenCall
  /** See `Question`. */
  onHeaders(headers: Readonly<Record<string, string>>): void
}

/**
 * Asks a model in its provider's own format, whatever the client's is.
 * @yields the events of the answer; it ends with `finish`
 * @throws BridgeError the provider's error, or 502 for an answer that is none or breaks off
 */
export async function* translate(
  lease: Lease,
  prompt: Prompt,
  { model, form, stream, conversation, call: book, onHeaders }: Translation,
): AsyncGenerator<AnswerEvent> {
  const format = wireFormats[form.wire]
  const streamed = asksForStream(form, stream)
  const body = format.encode(withPreamble(prompt, form), { model, form, stream: streamed })
  const call = { body: JSON.stringify(body), stream: streamed, headers: callHeaders(form, body), conversation }
  const context = { model: model.id, toolNames: toolNamesOf(prompt), ...(prompt.parameters.stop && { stop: prompt.parameters.stop }) }
  const whole = new BodyCollector()
  let status = 0
  let headers: Readonly<Record<string, string>> = {}
  let events: EventReader | undefined
  try {
    for await (const item of lease.call(call)) {
      switch (item.type) {
        case 'retry':
          book.retry()
          yield item
          break
        case 'head':
          ;({ status, headers } = item)
          onHeaders(headers)
          if (status < 400 && isEventStream(headers)) events = new EventReader(format.createReader(context))
          break
        case 'bytes':
          if (events) yield* events.push(item.bytes)
          else whole.add(item.bytes)
      }
    }
    if (status >= 400) {
      const error = { status, headers, body: whole.text() }
      throw toProviderError(error).with({ answer: { headers } })
    }
    if (events) yield* withBook(events.end(), book)
    else {
      const answer = parseAnswer(whole.text())
      book.tell(format.usageOf(answer))
      yield* withBook(format.readWhole(answer, context), book)
    }
  } catch (error) {
    if (status === 0 ? isRefusal(error) : status >= 400) book.refuse()
    throw error
  } finally {
    book.tell(events?.usage)
  }
}

/** The end of an answer, after which whoever reads it may leave. */
function* withBook(events: Iterable<AnswerEvent>, book: OpenCall): Generator<AnswerEvent> {
  for (const event of events) {
    if (event.type === 'finish') book.finish(event.usage)
    yield event
  }
}

/** Reads the events of an answer out of its bytes. */
class EventReader {
  readonly #sse = new SseReader()
  readonly #reader: StreamReader

  constructor(reader: StreamReader) {
    this.#reader = reader
  }

  get usage(): Usage | undefined {
    return this.#reader.usage
  }

  /** What came before an error in the same bytes is told before it. */
  *push(bytes: Uint8Array): Generator<AnswerEvent> {
    for (const data of this.#sse.push(bytes)) yield* this.#reader.read(data)
  }

  /** @throws BridgeError 502 for an answer that broke off */
  *end(): Generator<AnswerEvent> {
    for (const data of this.#sse.end()) yield* this.#reader.read(data)
    yield* this.#reader.end(this.#sse.done)
  }
}
