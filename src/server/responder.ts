import type { ServerResponse } from 'node:http'
import type { H3Event } from 'h3'
import { stoppedError, toBridgeError } from '../core/errors.ts'
import type { JsonText } from '../core/json-text.ts'
import { withoutFiles } from '../core/without-files.ts'
import type { AnswerItem } from '../exchange/answer-items.ts'
import type { PlanWindows } from '../records/plan-windows.ts'
import type { Answers, Exchange } from '../exchange/exchange.ts'
import type { CaptureInProgress, Captures } from '../live/captures.ts'
import { assembleAnswer } from '../protocols/answer.ts'
import type { EncodedEvent, Protocol } from '../protocols/protocol.ts'
import { sseComment } from '../protocols/sse.ts'
import type { LimitGate } from '../access/limits/limit-gate.ts'
import { clientOf } from './admit.ts'
import { type OnDefect, recordOf, tellDefect } from './event-record.ts'
import type { BodyReader } from './json-body.ts'
import { passHeaders, passLimits } from './passed-headers.ts'
import { hearWindows } from './hear-windows.ts'
import { permitOf } from './permit.ts'
import { reportCost } from './reported-cost.ts'
import { reportModel, reportPlan, withdrawReport } from './served-model.ts'
import { openSse } from './sse-response.ts'

export interface ResponderOptions {
  bodies: BodyReader
  exchange: Exchange
  captures: Captures
  /** Milliseconds. */
  heartbeatInterval: number
  /** Whether answers say what they cost. */
  tellsCost: boolean
  onDefect: OnDefect
  limits?: LimitGate
  /** Hears what providers say of their plans. */
  windows: PlanWindows
}

/** Hears the headers of an answer that is passed on. */
type OnHead = (headers: Readonly<Record<string, string>>) => void

interface FrameOptions {
  onHead: OnHead
  takesComments: boolean
  /** Called before the first comment that is told at once; absent where none is. */
  onEarlyComment: (() => void) | undefined
}

/** Answers requests for a generation in any format, streamed or in one piece. */
export class Responder {
  readonly #options: ResponderOptions

  constructor(options: ResponderOptions) {
    this.#options = options
  }

  /** @throws BridgeError when nothing has been sent yet; later errors become events of the stream */
  async generate(event: H3Event, protocol: Protocol): Promise<unknown> {
    return this.answer(event, await this.#options.bodies.readText(event), protocol)
  }

  /** The same for a body that was read. */
  async answer(event: H3Event, json: JsonText, protocol: Protocol, cancellation = new AbortController()): Promise<unknown> {
    const { exchange, captures, heartbeatInterval, tellsCost, limits, windows, onDefect } = this.#options
    const record = recordOf(event)
    followClient(event, cancellation)
    const onHead: OnHead = (headers) => {
      hearWindows(event, windows, headers)
      passHeaders(event, headers)
    }
    record.stop = () => cancellation.abort(stoppedError())
    const capture = captures.begin({ requestId: record.requestId, text: json.text })
    const asked = await exchange.answer({
      json,
      protocol,
      headers: event.req.headers,
      client: clientOf(event).id,
      record,
      signal: cancellation.signal,
      ...(limits && { permit: permitOf(event, limits, protocol) }),
      onModel: (model) => reportModel(event, model),
      onPlan: (plan, servedBy) => reportPlan(event, plan, servedBy),
      onHeaders: (headers) => {
        hearWindows(event, windows, headers)
        passLimits(event, headers)
      },
    })
    const answers = capture ? { ...asked, items: overheard(asked.items, capture) } : asked
    if (!answers.stream) {
      const answer = await wholeAnswer(answers, onHead)
      if (tellsCost) reportCost(event, answers.cost(), record.usage())
      return answer
    }
    const atOnce = protocol.comments && wantsProgress(event)
    const onEarlyHead = () => {
      if (answers.mayChange()) withdrawReport(event)
    }
    return openSse(event, encodeFrames(answers, { onHead, takesComments: protocol.comments, onEarlyComment: atOnce ? onEarlyHead : undefined }), {
      // The head tells what was planned.
      ready: answers.planned,
      onEarlyHead,
      ...(protocol.streamType !== undefined && { mediaType: protocol.streamType }),
      ...(protocol.reshape && { reshape: protocol.reshape }),
      heartbeat: protocol.heartbeat,
      heartbeatInterval,
      encodeError: (thrown) => {
        const error = toBridgeError(thrown)
        tellDefect(event, error, onDefect)
        if (error.told) return ''
        return (atOnce ? sseComment(`failed with status ${error.status}`) : '') + answers.encoder().error(error).join('')
      },
      onCancel: () => cancellation.abort(),
    })
  }
}

/** The same items, of which a capture hears. */
async function* overheard(items: AsyncIterable<AnswerItem>, capture: CaptureInProgress): AsyncGenerator<AnswerItem> {
  try {
    for await (const item of items) {
      if ('event' in item) capture.hear(item.event, item.choice)
      else if (item.type === 'bytes') for (const event of item.events) capture.hear(event, 0)
      yield item
    }
  } finally {
    capture.end()
  }
}

/** Whether the client would rather hear at once what keeps it waiting than have a status of its own for an error that comes of it. */
function wantsProgress({ req }: H3Event): boolean {
  return req.headers.get('x-bridge-progress') === '1'
}

/** Aborts when the client closes the connection; without a signal of the request where Node tells it, since few things cost a request as much. */
function followClient({ req, runtime }: H3Event, controller: AbortController): void {
  const response = runtime?.node?.res as ServerResponse | undefined
  if (response === undefined) {
    if (req.signal.aborted) controller.abort()
    else req.signal.addEventListener('abort', () => controller.abort(), { once: true })
    return
  }
  const leave = (): void => {
    if (!response.writableEnded) controller.abort()
  }
  if (response.destroyed) leave()
  else response.once('close', leave)
}

async function wholeAnswer({ items, encoder, choices }: Answers, onHead: OnHead): Promise<unknown> {
  const collected = Array.from({ length: choices }, (): EncodedEvent[] => [])
  const passed: Uint8Array[] = []
  for await (const item of items) {
    if ('event' in item) {
      if (item.event.type !== 'retry') collected[item.choice]!.push(item.event)
    } else if (item.type === 'head') onHead(item.head.headers)
    else if (item.type === 'bytes') passed.push(item.bytes)
  }
  if (passed.length === 0) return encoder().answer(collected.map(assembleAnswer))
  return new Response(Buffer.concat(passed), { headers: { 'content-type': 'application/json; charset=utf-8' } })
}

/**
 * Retries and other models are told as comments before the first piece of the answer, and at once only to who asks for that:
 * a comment begins the response, and an answer that fails in the end can no longer have its own status.
 */
async function* encodeFrames({ items, encoder }: Answers, { onHead, takesComments, onEarlyComment }: FrameOptions): AsyncGenerator<string | Uint8Array> {
  let comments = ''
  for await (const item of items) {
    const news = newsIn(item)
    if (news !== undefined) {
      if (!takesComments) continue
      if (onEarlyComment) {
        onEarlyComment()
        yield sseComment(news)
      } else comments += sseComment(news)
    } else if ('event' in item) {
      yield (
        comments +
        encoder()
          .event(item.event as EncodedEvent, item.choice)
          .join('')
      )
      comments = ''
    } else if (item.type === 'head') onHead(item.head.headers)
    else if (item.type === 'bytes') {
      if (comments !== '') yield comments
      yield item.bytes
      comments = ''
    }
  }
}

/** What an item tells of an answer that has not begun. */
function newsIn(item: AnswerItem): string | undefined {
  if (!('event' in item)) return item.type === 'fallback' ? `fallback from ${item.from} to ${item.to}: ${item.error.status} ${item.error.message}` : undefined
  if (item.event.type !== 'retry') return undefined
  const { attempt, delay, message } = item.event
  return `retry ${attempt} in ${delay} ms: ${withoutFiles(message)}`
}
