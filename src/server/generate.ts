import { randomUUID } from 'node:crypto'
import type { H3Event } from 'h3'
import { assertModelTakes } from '../core/check-parts.ts'
import { toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { type Answer, assembleAnswer } from '../protocols/answer.ts'
import type { AnswerEvent, Encoder, Protocol } from '../protocols/protocol.ts'
import { sseComment } from '../protocols/sse.ts'
import { answerEvents } from './answer-events.ts'
import { modelNames, type Services } from './app-options.ts'
import { reportIgnored } from './ignored-parameters.ts'
import { readJsonBody } from './json-body.ts'
import { resolveModel } from './model-names.ts'
import { fetchRemoteFiles } from './remote-files.ts'
import { traceOf } from './request-trace.ts'
import type { ChoiceEvent } from './run-choices.ts'
import { openSse } from './sse-response.ts'

/**
 * Answers a request for a generation in any wire format, streamed or in one piece.
 * @throws BridgeError when nothing has been sent yet; later errors become events of the stream
 */
export async function generate(event: H3Event, protocol: Protocol, services: Services, cancellation = new AbortController()): Promise<unknown> {
  return answerBody(event, await readJsonBody(event.req as Request, services.config.maxBodyBytes), protocol, services, cancellation)
}

/** The same for a body that was read. */
export async function answerBody(
  event: H3Event,
  body: Record<string, unknown>,
  protocol: Protocol,
  services: Services,
  cancellation = new AbortController(),
): Promise<unknown> {
  const { config } = services
  const decoded = protocol.decode(body, { resolveModel: (name) => resolveModel(name, modelNames(services)) })
  const { choices, stream } = decoded
  const trace = traceOf(event)
  trace.model = decoded.prompt.model

  const model = modelOf(decoded.prompt.model, services)
  reportIgnored(event, decoded, model, protocol, config.strict)
  followClient(event.req.signal, cancellation)
  const prompt = await fetchRemoteFiles(decoded.prompt, { allowed: config.allowRemoteFiles, signal: cancellation.signal })
  assertModelTakes(prompt, model)

  const events = answerEvents(services, { prompt, model, choices, stream }, trace, cancellation.signal)
  const encoder = decoded.createEncoder({
    id: randomUUID().replaceAll('-', ''),
    created: Math.floor(Date.now() / 1000),
  })
  if (!stream) return encoder.answer(await collect(events, choices))
  return openSse(encodeFrames(events, encoder), {
    heartbeatInterval: config.heartbeatInterval,
    encodeError: (error) => encoder.error(toBridgeError(error)).join(''),
    onCancel: () => cancellation.abort(),
  })
}

/** The model of an id that `resolveModel` just gave. */
function modelOf(id: string, { engine }: Services): Model {
  return engine.models().find((model) => model.id === id)!
}

/** Aborts when the client closes the connection. */
function followClient(client: AbortSignal, controller: AbortController): void {
  if (client.aborted) controller.abort()
  else client.addEventListener('abort', () => controller.abort(), { once: true })
}

async function collect(events: AsyncIterable<ChoiceEvent>, choices: number): Promise<Answer[]> {
  const collected = Array.from({ length: choices }, (): AnswerEvent[] => [])
  for await (const { choice, event } of events) {
    if (event.type !== 'retry') collected[choice]!.push(event)
  }
  return collected.map(assembleAnswer)
}

/**
 * Retries are told as comments before the first piece of the answer, and not at once: a comment would begin the
 * response, and an answer that fails in the end could no longer have its own status.
 */
async function* encodeFrames(events: AsyncIterable<ChoiceEvent>, encoder: Encoder): AsyncGenerator<string> {
  let retries = ''
  for await (const { choice, event } of events) {
    if (event.type === 'retry') {
      retries += sseComment(`retry ${event.attempt} in ${event.delay} ms: ${event.message}`)
      continue
    }
    yield retries + encoder.event(event, choice).join('')
    retries = ''
  }
}
