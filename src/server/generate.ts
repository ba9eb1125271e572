import { randomUUID } from 'node:crypto'
import type { H3Event } from 'h3'
import { toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { withoutFiles } from '../core/without-files.ts'
import { type AnswerItem, answerEvents } from '../exchange/answer-events.ts'
import type { Question } from '../exchange/ask-model.ts'
import { conversationId } from '../exchange/conversation-id.ts'
import { CallerMemory } from '../exchange/recollection/caller-memory.ts'
import { remember } from '../exchange/recollection/remember.ts'
import { assembleAnswer } from '../protocols/answer.ts'
import type { AnswerEvent, Encoder, Protocol, ResponseIdentity } from '../protocols/protocol.ts'
import { sseComment } from '../protocols/sse.ts'
import { clientOf } from './admit.ts'
import { modelNames, type Services } from './app-options.ts'
import { openConversation } from './conversations.ts'
import { type JsonText, readJsonText } from './json-body.ts'
import { resolveModels } from './model-names.ts'
import { passHeaders } from './passed-headers.ts'
import { type RequestPlan, RequestPlanner } from './request-planner.ts'
import { recordOf, tellDefect } from './event-record.ts'
import { reportModel, reportPlan, withdrawReport } from './served-model.ts'
import { openSse } from './sse-response.ts'

/**
 * Answers a request for a generation in any wire format, streamed or in one piece.
 * @throws BridgeError when nothing has been sent yet; later errors become events of the stream
 */
export async function generate(event: H3Event, protocol: Protocol, services: Services, cancellation = new AbortController()): Promise<unknown> {
  return answerBody(event, await readJsonText(event, services), protocol, services, cancellation)
}

/** The same for a body that was read. */
export async function answerBody(
  event: H3Event,
  json: JsonText,
  protocol: Protocol,
  services: Services,
  cancellation = new AbortController(),
): Promise<unknown> {
  const { config, engine } = services
  const record = recordOf(event)
  const { requestId } = record
  const caller = clientOf(event).id
  const memory = new CallerMemory(services.reasoning, caller)
  const conversation = openConversation(event, services.conversations, config.userSessions ? json.body : undefined)
  const head = protocol.read(json.body, { continues: conversation?.known ?? false })
  record.streamed = head.stream
  record.modelAsked = head.model
  const candidates = resolveModels(head.model, modelNames(services))
  const { choices, stream } = head
  followClient(event.req.signal, cancellation)
  const { signal } = cancellation
  const planner = new RequestPlanner({ event, json, protocol, head, conversation, config, signal })
  const [first, ...others] = candidates.map((id) => modelOf(id, services)) as [Model, ...Model[]]
  // What is not known yet is seen once a place was taken.
  const planFor = (model: Model) => {
    const form = engine.formOf(model.id)
    if (form !== undefined) planner.plan(model, form ?? undefined)
  }
  // A strict refusal names the model too.
  reportModel(event, first)
  await planner.recall(memory, first.id)
  planFor(first)
  const models = [first, ...others.filter((model) => passes(() => planFor(model)))]
  const messages = conversation ? (await planner.prompt(first.id)).messages : []

  let settle = (): void => {}
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const identity = newIdentity(requestId)
  let encoder = head.createEncoder(identity, first.id)
  let asked = first.id
  const onPlan = (plan: RequestPlan): void => {
    asked = plan.model.id
    reportPlan(event, plan)
    // What the format keeps of an answer that is passed on, it hears from the answer itself.
    encoder = plan.lane === 'verbatim' ? head.createEncoder(identity, plan.model.id) : planner.decoded(plan.model.id).createEncoder(identity)
    settle()
  }
  const question: Question<RequestPlan> = {
    requestId,
    choices,
    stream,
    conversation: conversationId(caller, event.req.headers, json.body),
    settings: config,
    plan: (model, form) => planner.plan(model, form),
    onPlan,
  }
  const given = answerEvents(engine, models, question, record, signal)
  const answers = remember(given, (parts) => memory.keep(planner.sent, parts, asked))
  const events = conversation?.record(messages, answers) ?? answers
  if (!stream) return wholeAnswer(event, events, () => encoder, choices)
  return openSse(
    encodeFrames(event, events, () => encoder, protocol.comments),
    {
      // The head tells what was planned.
      ready: settled,
      onEarlyHead: () => {
        // Another model may be the one that answers.
        if (asked !== models.at(-1)!.id) withdrawReport(event)
      },
      heartbeat: protocol.heartbeat,
      heartbeatInterval: config.heartbeatInterval,
      encodeError: (thrown) => {
        const error = toBridgeError(thrown)
        tellDefect(event, error, services.onDefect)
        return error.told ? '' : encoder.error(error).join('')
      },
      onCancel: () => cancellation.abort(),
    },
  )
}

/** Of an answer that begins now. */
export function newIdentity(requestId: string): ResponseIdentity {
  return { id: randomUUID().replaceAll('-', ''), created: Math.floor(Date.now() / 1000), requestId }
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

async function wholeAnswer(event: H3Event, events: AsyncIterable<AnswerItem>, encoder: () => Encoder, choices: number): Promise<unknown> {
  const collected = Array.from({ length: choices }, (): AnswerEvent[] => [])
  const passed: Uint8Array[] = []
  for await (const item of events) {
    if ('event' in item) {
      if (item.event.type !== 'retry') collected[item.choice]!.push(item.event)
    } else if (item.type === 'head') passHeaders(event, item.head.headers)
    else if (item.type === 'bytes') passed.push(item.bytes)
  }
  if (passed.length === 0) return encoder().answer(collected.map(assembleAnswer))
  return new Response(Buffer.concat(passed), { headers: { 'content-type': 'application/json; charset=utf-8' } })
}

/**
 * Retries and other models are told as comments before the first piece of the answer, and not at once: a comment would
 * begin the response, and an answer that fails in the end could no longer have its own status.
 */
async function* encodeFrames(
  event: H3Event,
  events: AsyncIterable<AnswerItem>,
  encoder: () => Encoder,
  takesComments: boolean,
): AsyncGenerator<string | Uint8Array> {
  let comments = ''
  const comment = (text: string) => {
    if (takesComments) comments += sseComment(text)
  }
  for await (const item of events) {
    if ('event' in item) {
      if (item.event.type === 'retry') {
        const { attempt, delay, message } = item.event
        comment(`retry ${attempt} in ${delay} ms: ${withoutFiles(message)}`)
        continue
      }
      yield comments + encoder().event(item.event, item.choice).join('')
    } else if (item.type === 'fallback') {
      comment(`fallback from ${item.from} to ${item.to}: ${item.error.status} ${item.error.message}`)
      continue
    } else if (item.type === 'head') {
      passHeaders(event, item.head.headers)
      continue
    } else {
      if (comments !== '') yield comments
      yield item.bytes
    }
    comments = ''
  }
}
