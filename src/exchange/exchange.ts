import { randomUUID } from 'node:crypto'
import type { JsonText } from '../core/json-text.ts'
import type { Model } from '../core/model.ts'
import type { HostedKind } from '../core/hosted.ts'
import type { SearchService } from '../core/search.ts'
import type { AnswerCost } from '../core/money.ts'
import type { Engine, Lease } from '../engines/engine.ts'
import { type ModelNames, resolveModels } from '../models/names.ts'
import type { Encoder, Protocol, ResponseIdentity } from '../protocols/protocol.ts'
import type { OpenRecord } from '../records/open-record.ts'
import type { Redactor } from '../redaction/redactor.ts'
import type { ReasoningStore } from '../storage/reasoning-store.ts'
import type { AnswerItem } from './answer-items.ts'
import type { Question } from './ask-model.ts'
import type { ConversationStore } from './conversation-store.ts'
import { openConversation } from './conversation.ts'
import { conversationId } from './conversation-id.ts'
import { AnswerKeeper } from './recollection/answer-keeper.ts'
import { CallerMemory } from './recollection/caller-memory.ts'
import type { FetchOptions } from './remote-files/fetch-one.ts'
import { RemoteFiles } from './remote-files/remote-files.ts'
import type { Permit } from './permit.ts'
import { type PlannerSettings, type RequestPlan, RequestPlanner } from './request-planner.ts'
import { runQuestion } from './run-question.ts'

export interface ExchangeOptions {
  engine: Pick<Engine, 'models' | 'formOf' | 'open'>
  /** The names that clients may use at this moment. */
  modelNames(): ModelNames
  settings: PlannerSettings & { /** Whether `user` names a conversation. */ userSessions: boolean }
  /** What answers held that clients may leave out of their histories. */
  reasoning: ReasoningStore
  conversations: ConversationStore
  /** What a request has cost so far; undefined where nobody knows. Absent where no answer is to say so. */
  costOf?(record: OpenRecord): AnswerCost | undefined
  /** Whether answers that are passed on say it, too. */
  costInPassed?: boolean
  /** See `Question`. */
  redactor?: Redactor
  /** Searches the web for models whose providers cannot; absent where none is configured. */
  search?: SearchService
  /** How files and pages are fetched, where that is not the usual way. */
  agentFor?: FetchOptions['agentFor']
}

/** A request for an answer, in a client's format. */
export interface AnswerRequest {
  json: JsonText
  protocol: Protocol
  headers: Headers
  /** Who asks. */
  client: string
  record: OpenRecord
  signal: AbortSignal
  /** What its client may ask; absent where there are no limits. */
  permit?: Permit
  /** Hears which model is asked, before any is. */
  onModel(model: Model): void
  /** Hears how a model is asked, each time one is. */
  onPlan(plan: RequestPlan, servedBy: Lease['servedBy']): void
  /** Hears what a provider says of itself, see `Question`. */
  onHeaders(headers: Readonly<Record<string, string>>): void
}

/** The answers to a request, which begin when the first piece is asked for. */
export interface Answers {
  choices: number
  stream: boolean
  items: AsyncGenerator<AnswerItem>
  /** Of the model that is asked. */
  encoder(): Encoder
  /** Resolves when it is known how the first model is asked. */
  planned: Promise<void>
  /** What it has cost, where answers say so and somebody knows. */
  cost(): AnswerCost | undefined
  /** Whether another model may yet be the one that answers. */
  mayChange(): boolean
}

/** One request from its body to its answers: model, conversation, files, lane, other models, choices and record. */
export class Exchange {
  readonly #options: ExchangeOptions

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** @throws BridgeError when the request cannot be put to any model; later errors are thrown by `items` */
  async answer(request: AnswerRequest): Promise<Answers> {
    const { json, protocol, headers, client, record, signal, permit, onModel } = request
    const { engine, modelNames, settings, reasoning, conversations, costOf, costInPassed = false, redactor, search, agentFor } = this.#options
    const files = new RemoteFiles(agentFor && { agentFor })
    const hosted: HostedKind[] = [...(search ? (['search'] as const) : []), ...(settings.allowRemoteFiles ? (['fetch'] as const) : [])]
    const cost = () => costOf?.(record)
    const memory = new CallerMemory(reasoning, client)
    const conversation = openConversation(conversations, { headers, client, body: settings.userSessions ? json.body : undefined })
    const head = protocol.read(json.body, { continues: conversation?.known ?? false, hosted })
    const { choices, stream } = head
    record.streamed = stream
    record.modelAsked = head.model
    const named = resolveModels(head.model, modelNames())
    const allowed = permit ? named.filter((id) => passes(() => permit.check(id))) : named
    if (allowed.length === 0) permit!.check(named[0]!)
    const [first, ...others] = allowed.map((id) => this.#model(id)) as [Model, ...Model[]]
    const planner = new RequestPlanner({ headers, json, protocol, head, conversation, settings, files, signal })
    // What is not known yet is seen once a place was taken.
    const planFor = (model: Model) => {
      const form = engine.formOf(model.id)
      if (form !== undefined) planner.plan(model, form ?? undefined)
    }
    // A strict refusal names the model too.
    onModel(first)
    await planner.recall(memory, first.id)
    planFor(first)
    const models = [first, ...others.filter((model) => passes(() => planFor(model)))]
    await permit?.admit(models, () => ({ choices, ...planner.most(first.id) }))
    const messages = conversation ? (await planner.prompt(first.id)).messages : []

    let settle = (): void => {}
    const planned = new Promise<void>((resolve) => (settle = resolve))
    const identity = { ...newIdentity(record.requestId), cost }
    let encoder = head.createEncoder(identity, first.id)
    let asked = first.id
    const question: Question<RequestPlan> = {
      client,
      requestId: record.requestId,
      choices,
      stream,
      conversation: conversationId(client, headers, json.body),
      settings,
      ...(redactor && { redactor }),
      services: { ...(search && { search }), ...(settings.allowRemoteFiles && { files }) },
      plan: (model, form) => planner.plan(model, form),
      onPlan: (plan, servedBy) => {
        asked = plan.model.id
        request.onPlan(plan, servedBy)
        // What the format keeps of an answer that is passed on, it hears from the answer itself.
        encoder = plan.lane === 'verbatim' ? head.createEncoder(identity, plan.model.id) : planner.decoded(plan.model.id).createEncoder(identity)
        settle()
      },
      onHeaders: request.onHeaders,
      ...(costInPassed && { cost }),
    }
    const keeper = new AnswerKeeper((parts) => memory.keep(planner.sent, parts, asked))
    return {
      choices,
      stream,
      items: runQuestion({ engine, models, question, record, keeper, beginTurn: () => conversation?.begin(messages), signal }),
      encoder: () => encoder,
      cost,
      planned,
      mayChange: () => asked !== models.at(-1)!.id,
    }
  }

  /** Of an id that `resolveModels` just gave. */
  #model(id: string): Model {
    return this.#options.engine.models().find((model) => model.id === id)!
  }
}

/** Of an answer that begins now. */
export function newIdentity(requestId: string): ResponseIdentity {
  return { id: randomUUID().replaceAll('-', ''), created: Math.floor(Date.now() / 1000), requestId }
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
