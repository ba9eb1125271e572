import { randomUUID } from 'node:crypto'
import type { H3Event } from 'h3'
import { toBridgeError } from '../core/errors.ts'
import type { Event } from '../core/event.ts'
import { type Answer, assembleAnswer } from '../protocols/answer.ts'
import type { AnswerEvent, Encoder, Protocol } from '../protocols/protocol.ts'
import { sseComment } from '../protocols/sse.ts'
import { answerEvents } from './answer-events.ts'
import { modelNames, type Services } from './app-options.ts'
import { readJsonBody } from './json-body.ts'
import { resolveModel } from './model-names.ts'
import { openSse } from './sse-response.ts'
import { traceOf } from './request-trace.ts'

/**
 * Answers a request for a generation in any wire format, streamed or in one piece.
 * @throws BridgeError when nothing has been sent yet; later errors become events of the stream
 */
export async function generate(event: H3Event, protocol: Protocol, services: Services): Promise<unknown> {
  const body = await readJsonBody(event.req as Request, services.config.maxBodyBytes)
  const decoded = protocol.decode(body, { resolveModel: (name) => resolveModel(name, modelNames(services)) })
  const trace = traceOf(event)
  trace.model = decoded.prompt.model

  const cancellation = followClient(event.req.signal)
  const events = answerEvents(services, decoded, trace, cancellation.signal)
  const encoder = decoded.createEncoder({
    id: randomUUID().replaceAll('-', ''),
    created: Math.floor(Date.now() / 1000),
  })

  if (!decoded.stream) return encoder.answer(await collect(events))
  return openSse(encodeFrames(events, encoder), {
    heartbeatInterval: services.config.heartbeatInterval,
    encodeError: (error) => encoder.error(toBridgeError(error)).join(''),
    onCancel: () => cancellation.abort(),
  })
}

/** Aborts when the client closes the connection. */
function followClient(client: AbortSignal): AbortController {
  const controller = new AbortController()
  if (client.aborted) controller.abort()
  else client.addEventListener('abort', () => controller.abort(), { once: true })
  return controller
}

async function collect(events: AsyncIterable<Event>): Promise<Answer> {
  const collected: AnswerEvent[] = []
  for await (const event of events) {
    if (event.type !== 'retry') collected.push(event)
  }
  return assembleAnswer(collected)
}

async function* encodeFrames(events: AsyncIterable<Event>, encoder: Encoder): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'retry') yield sseComment(`retry ${event.attempt} in ${event.delay} ms: ${event.message}`)
    else yield encoder.event(event).join('')
  }
}
