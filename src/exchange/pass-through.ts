import type { CallForm, KnownWire, ProviderHead } from '../core/call.ts'
import { BridgeError, toBridgeError } from '../core/errors.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Model } from '../core/model.ts'
import type { AnswerCost } from '../core/money.ts'
import type { Usage } from '../core/usage.ts'
import { isObject } from '../core/json-value.ts'
import { withoutFiles } from '../core/without-files.ts'
import type { Lease } from '../engines/engine.ts'
import type { OpenCall } from '../records/open-call.ts'
import { asksForStream } from '../wires/adapt.ts'
import { tellsUsage, UsageChunkFilter } from '../wires/chat/usage-chunk.ts'
import { wireFormats } from '../wires/index.ts'
import { errorInAnswer, toProviderError } from '../wires/shared/provider-error.ts'
import type { StreamReader } from '../wires/wire.ts'
import { callHeaders } from './call-headers.ts'
import { BodyCollector, isEventStream } from './collect-body.ts'
import { CostWriter } from './cost-writer.ts'
import { editJson } from './edit-json.ts'
import type { ChoiceEvent } from './run-choices.ts'
import { parseAnswer } from './parse-answer.ts'
import { isRefusal } from './refusal.ts'
import { SseReader } from './sse-reader.ts'

/** A piece of an answer that is passed on as it comes, or what comes before it. */
export type Passed = { type: 'head'; head: ProviderHead } | PassedBytes

export interface PassedBytes {
  type: 'bytes'
  bytes: Uint8Array
  /** What the bytes tell, for whoever keeps the books. */
  events: AnswerEvent[]
  /** Whether that is all of the answer, but for its usage. */
  ended: boolean
}

export interface Passage {
  model: Model
  form: CallForm
  /** The JSON text that the client sent, and what it says. */
  text: string
  body: Record<string, unknown>
  /** See `adapt`. */
  changes: Record<string, unknown>
  stream: boolean
  conversation: string
  headers: Headers
  /** Hears what it uses. */
  call: OpenCall
  /** Hears the JSON of each event, or of the whole answer. */
  onData?(data: unknown): void
  /** What it has cost so far, where that is to be written into it. */
  cost?(): AnswerCost | undefined
}

/**
 * Passes a client's body to a provider of its format, and the answer back as it comes. An answer in a form that the
 * client did not ask for is read, and told by events.
 * @throws BridgeError the provider's error, with its answer as long as nothing was passed; 502 for a stream that broke
 *   off, after what came of it
 */
export async function* passThrough(lease: Lease, passage: Passage): AsyncGenerator<ChoiceEvent | Passed> {
  const { form, text, body, changes, stream, conversation, headers, call: book } = passage
  const observer = new Observer(passage)
  const whole = new BodyCollector()
  let head: ProviderHead = { status: 0, headers: {} }
  let streams = false
  let passing = false
  let held: Uint8Array[] = []
  const unasked = form.wire === 'chat' && stream && !tellsUsage(body) ? new UsageChunkFilter() : undefined
  const costs = CostWriter.for(form.wire, passage.cost)
  const edits = [unasked, costs].filter((edit) => edit !== undefined)
  const call = {
    body: editJson(text, changes),
    stream: asksForStream(form, stream),
    headers: callHeaders(form, { ...body, ...changes }, headers),
    conversation,
  }
  try {
    for await (const item of lease.call(call)) {
      if (item.type === 'retry') {
        book.retry()
        yield { choice: 0, event: item }
      } else if (item.type === 'head') {
        head = item
        streams = head.status < 400 && isEventStream(head.headers)
      } else if (!streams) whole.add(item.bytes)
      else if (!stream) yield* told(observer.push(item.bytes))
      else {
        const events = observer.push(item.bytes)
        if (costs) book.tell(observer.usage)
        held.push(edits.reduce<Uint8Array>((bytes, edit) => edit.push(bytes), item.bytes))
        // Until an event has come, the answer may yet turn out to be an error, which has a status of its own.
        if (!passing && !observer.begun) continue
        if (!passing) yield { type: 'head', head }
        passing = true
        yield { type: 'bytes', bytes: held.length === 1 ? held[0]! : Buffer.concat(held), events, ended: observer.ended }
        held = []
      }
    }
    if (head.status >= 400) throw providerError(head, whole.text(), form.wire)
    if (!streams) {
      const events = readAnswer(whole.text(), passage)
      return yield* stream ? told(events) : passWhole(head, costs?.whole(whole.bytes()) ?? whole.bytes(), events)
    }
    const events = observer.end()
    if (!stream && observer.error) throw observer.error
    if (!observer.error) book.finish(observer.usage)
    if (!stream) {
      if (!observer.response) return yield* told(events)
      const response = Buffer.from(JSON.stringify(observer.response))
      return yield* passWhole(head, costs?.whole(response) ?? response, events)
    }
    if (!passing) yield { type: 'head', head }
    if (edits.length > 0) held.push(edits.reduce<Uint8Array>((bytes, edit) => Buffer.concat([edit.push(bytes), edit.end()]), Buffer.alloc(0)))
    yield { type: 'bytes', bytes: Buffer.concat(held), events, ended: observer.ended }
    if (observer.error) throw observer.error.with({ told: true })
  } catch (error) {
    if (head.status === 0 ? isRefusal(error) : head.status >= 400) book.refuse()
    // What the provider says of its limits, also beside an error under a status of success.
    const isNew = error instanceof BridgeError && error.answer === undefined && head.status !== 0 && !passing
    throw isNew ? error.with({ answer: { headers: head.headers } }) : error
  } finally {
    book.tell(observer.usage)
  }
}

function* told(events: AnswerEvent[]): Generator<ChoiceEvent> {
  for (const event of events) yield { choice: 0, event }
}

function* passWhole(head: ProviderHead, bytes: Uint8Array, events: AnswerEvent[]): Generator<Passed> {
  yield { type: 'head', head }
  yield { type: 'bytes', bytes, events, ended: true }
}

function readAnswer(text: string, { form, model, stream, onData, call }: Passage): AnswerEvent[] {
  const answer = parseAnswer(text)
  const wire = wireFormats[form.wire]
  const error = errorInAnswer(answer)
  if (error) throw error
  call.finish(wire.usageOf(answer))
  onData?.(answer)
  try {
    return wire.readWhole(answer, { model: model.id })
  } catch (thrown) {
    // What the bridge does not understand, the client may, unless it is to be told in another form.
    if (stream) throw thrown
    return []
  }
}

/** Reads a stream beside its way. */
class Observer {
  readonly #sse = new SseReader()
  readonly #reader: StreamReader
  readonly #onData: Passage['onData']
  /** Whether an event has come. */
  begun = false
  /** What the stream told of after it had begun. */
  error: BridgeError | undefined
  /** The whole answer, which a stream in the Responses format brings at its end. */
  response: unknown
  readonly #items: unknown[] = []
  #finished = false

  constructor({ form, model, onData }: Passage) {
    this.#reader = wireFormats[form.wire].createReader({ model: model.id })
    this.#onData = onData
  }

  get usage(): Usage | undefined {
    return this.#reader.usage
  }

  get ended(): boolean {
    return this.#reader.ended
  }

  /** @throws BridgeError the error that the stream tells of, where that is the first it says */
  push(bytes: Uint8Array): AnswerEvent[] {
    return this.#sse.push(bytes).flatMap((data) => this.#read(data))
  }

  /** @throws BridgeError 502 for a stream that breaks off, of which the client has not heard */
  end(): AnswerEvent[] {
    const read = this.#sse.end().flatMap((data) => this.#read(data))
    if (this.#finished || this.error) return read
    try {
      return [...read, ...this.#reader.end(this.#sse.done)]
    } catch (thrown) {
      if (!this.#reader.ended) throw thrown
      this.error = toBridgeError(thrown)
      return read
    }
  }

  #read(data: unknown): AnswerEvent[] {
    const error = errorInAnswer(data)
    if (error && !this.begun) throw error
    this.begun = true
    this.#onData?.(data)
    this.#readResponse(data as ResponsesEvent)
    this.error ??= error
    if (error) return []
    try {
      const events = this.#reader.read(data)
      this.#finished ||= events.some(({ type }) => type === 'finish')
      return events
    } catch (thrown) {
      // The client reads it as well.
      this.error ??= toBridgeError(thrown)
      return []
    }
  }

  /** Some backends leave the output out at the end, having told it item by item. */
  #readResponse({ type = '', item, response }: ResponsesEvent): void {
    if (type === 'response.output_item.done') this.#items.push(item)
    if (response && RESPONSE_ENDS.has(type)) this.response = { ...response, output: response.output?.length ? response.output : this.#items }
  }
}

interface ResponsesEvent {
  type?: string
  item?: unknown
  response?: { output?: unknown[] }
}

const RESPONSE_ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

function providerError(head: ProviderHead, body: string, wire: KnownWire): BridgeError {
  const { headers } = head
  return toProviderError({ ...head, body }).with({ answer: { headers, ...(hasError(body, wire) && { body: { wire, text: withoutFiles(body) } }) } })
}

/** Whether a text is an envelope that the clients of its format can read. */
function hasError(text: string, wire: KnownWire): boolean {
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value) || !isObject(value.error)) return false
    // opencode's gateways answer in Anthropic's envelope whatever the format is.
    return wire === 'messages' || value.type !== 'error'
  } catch {
    return false
  }
}
