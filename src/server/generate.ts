import { randomUUID } from 'node:crypto'
import type { H3Event } from 'h3'
import { assertModelTakes } from '../core/check-parts.ts'
import { toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { type Answer, assembleAnswer } from '../protocols/answer.ts'
import type { AnswerEvent, Encoder, Protocol } from '../protocols/protocol.ts'
import { sseComment } from '../protocols/sse.ts'
import { type AnswerItem, answerEvents } from './answer-events.ts'
import { modelNames, type Services } from './app-options.ts'
import { openConversation } from './conversations.ts'
import { ignoredNames } from './ignored-parameters.ts'
import { readJsonBody } from './json-body.ts'
import { resolveModels } from './model-names.ts'
import { fetchRemoteFiles } from './remote-files.ts'
import { traceOf } from './request-trace.ts'
import { reportModel } from './served-model.ts'
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
  let candidates: string[] = []
  const conversation = openConversation(event, services.conversations, config.userSessions ? body : undefined)
  const decoded = protocol.decode(body, {
    resolveModel: (name) => (candidates = resolveModels(name, modelNames(services)))[0]!,
    continues: conversation?.known ?? false,
  })
  const { choices, stream } = decoded
  const [first, ...others] = candidates.map((id) => modelOf(id, services)) as [Model, ...Model[]]
  const ignoredBy = (model: Model) => ignoredNames(event, decoded, model, protocol, config.strict)
  // A strict refusal names the model too.
  reportModel(event, first)
  reportModel(event, first, ignoredBy(first))
  followClient(event.req.signal, cancellation)
  const draft = { ...decoded.prompt, messages: conversation?.continue(decoded.prompt.messages) ?? decoded.prompt.messages }
  const prompt = await fetchRemoteFiles(draft, { allowed: config.allowRemoteFiles, signal: cancellation.signal })
  assertModelTakes(prompt, first)

  const models = [first, ...others.filter((model) => passes(() => ignoredBy(model)) && passes(() => assertModelTakes(prompt, model)))]
  let settle = (): void => {}
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const onModel = (model: Model): void => {
    reportModel(event, model, ignoredBy(model))
    if (model === models.at(-1)) settle()
  }
  const answers = answerEvents(services, { prompt, models, choices, stream, onModel }, traceOf(event), cancellation.signal)
  const events = conversation?.record(prompt.messages, answers) ?? answers
  const encoder = decoded.createEncoder({
    id: randomUUID().replaceAll('-', ''),
    created: Math.floor(Date.now() / 1000),
  })
  if (!stream) return encoder.answer(await collect(events, choices))
  return openSse(encodeFrames(events, encoder), {
    // The head names the model that answers.
    ready: settled,
    heartbeatInterval: config.heartbeatInterval,
    encodeError: (error) => encoder.error(toBridgeError(error)).join(''),
    onCancel: () => cancellation.abort(),
  })
}

/** The model of an id that `resolveModel` just gave. */
function modelOf(id: string, { engine }: Services): Model {
  return engine.models().find((model) => model.id === id)!
}

/** Whether a check throws nothing. */
function passes(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

/** Aborts when the client closes the connection. */
function followClient(client: AbortSignal, controller: AbortController): void {
  if (client.aborted) controller.abort()
  else client.addEventListener('abort', () => controller.abort(), { once: true })
}

async function collect(events: AsyncIterable<AnswerItem>, choices: number): Promise<Answer[]> {
  const collected = Array.from({ length: choices }, (): AnswerEvent[] => [])
  for await (const item of events) {
    if ('choice' in item && item.event.type !== 'retry') collected[item.choice]!.push(item.event)
  }
  return collected.map(assembleAnswer)
}

/**
 * Retries and other models are told as comments before the first piece of the answer, and not at once: a comment would
 * begin the response, and an answer that fails in the end could no longer have its own status.
 */
async function* encodeFrames(events: AsyncIterable<AnswerItem>, encoder: Encoder): AsyncGenerator<string> {
  let comments = ''
  for await (const item of events) {
    if ('type' in item) {
      comments += sseComment(`fallback from ${item.from} to ${item.to}: ${item.error.status} ${item.error.message}`)
      continue
    }
    const { choice, event } = item
    if (event.type === 'retry') {
      comments += sseComment(`retry ${event.attempt} in ${event.delay} ms: ${event.message}`)
      continue
    }
    yield comments + encoder.event(event, choice).join('')
    comments = ''
  }
}
