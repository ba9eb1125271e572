import type { H3Event } from 'h3'
import type { LimitGate } from '../../access/limits/limit-gate.ts'
import type { Model } from '../../core/model.ts'
import { addUsage, type Usage } from '../../core/usage.ts'
import { defaultModel, type ModelNames } from '../../models/names.ts'
import type { OpenCall } from '../../records/open-call.ts'
import { recordOf } from '../event-record.ts'
import { permitOf } from '../permit.ts'
import type { SessionBackend } from './backend.ts'

/** Follows what a message to an agent of opencode's takes. */
export interface AgentMeter {
  run<T>(session: string, ask: () => Promise<T>): Promise<T>
  stream<T>(session: string, answer: AsyncGenerator<T>): AsyncGenerator<T>
}

export interface AgentMeterOptions {
  sessions: SessionBackend
  modelNames(): ModelNames
  limits?: LimitGate
}

/** Of a message whose tokens nobody has counted. */
const CHARACTERS_PER_TOKEN = 3

/**
 * Counts a message before an agent gets it, as a request is; one that names no model is for the default one then, so that
 * it is the model of which somebody may use so much.
 * @param body of the message; gets its model
 * @throws BridgeError for one that is over a limit
 */
export async function meterAgent(event: H3Event, body: Record<string, unknown>, { sessions, modelNames, limits }: AgentMeterOptions): Promise<AgentMeter> {
  if (limits === undefined || body.noReply === true) return UNMETERED
  const names = modelNames()
  const named = body.model as { providerID: string; modelID: string } | undefined
  const id = named ? `${named.providerID}/${named.modelID}` : names.models.length === 0 ? undefined : defaultModel(names)
  const model = names.models.find((one) => one.id === id)
  // opencode says what it thinks of such a name.
  if (model === undefined) return UNMETERED
  const permit = permitOf(event, limits)
  permit.check(model.id)
  const input = Math.ceil(JSON.stringify(body).length / CHARACTERS_PER_TOKEN)
  const counted = await permit.admit([model], () => ({ choices: 1, input, output: undefined }))
  if (!counted) return UNMETERED
  body.model = { providerID: model.provider, modelID: model.id.slice(model.provider.length + 1) }
  return new RecordingMeter(event, sessions, model)
}

const UNMETERED: AgentMeter = { run: (_session, ask) => ask(), stream: (_session, answer) => answer }

/** Has the record of a request know what opencode says that its messages took. */
class RecordingMeter implements AgentMeter {
  readonly #event: H3Event
  readonly #sessions: SessionBackend
  readonly #model: Model
  readonly #since = Date.now()

  constructor(event: H3Event, sessions: SessionBackend, model: Model) {
    this.#event = event
    this.#sessions = sessions
    this.#model = model
  }

  async run<T>(session: string, ask: () => Promise<T>): Promise<T> {
    const call = recordOf(this.#event).attempt(this.#model).call()
    let whole = false
    try {
      const answer = await ask()
      whole = true
      return answer
    } finally {
      await this.#settle(call, session, whole)
    }
  }

  async *stream<T>(session: string, answer: AsyncGenerator<T>): AsyncGenerator<T> {
    const call = recordOf(this.#event).attempt(this.#model).call()
    let whole = false
    try {
      yield* answer
      whole = true
    } finally {
      await this.#settle(call, session, whole)
    }
  }

  async #settle(call: OpenCall, session: string, whole: boolean): Promise<void> {
    const took = await this.#took(session)
    if (whole) call.finish(took)
    else call.tell(took)
    call.end()
  }

  /** Of all steps since the message was sent; undefined where opencode does not tell. */
  async #took(session: string): Promise<Usage | undefined> {
    try {
      const response = await this.#sessions.fetch(`${session}/message`)
      if (!response.ok) return undefined
      const messages = (await response.json()) as AgentMessage[]
      return messages
        .filter(({ info }) => info.role === 'assistant' && (info.time?.created ?? 0) >= this.#since)
        .reduce<Usage | undefined>((sum, { info }) => addUsage(sum, info.tokens && toUsage(info.tokens)), undefined)
    } catch {
      return undefined
    }
  }
}

/** As opencode keeps it. */
interface AgentMessage {
  info: { role: string; time?: { created: number }; tokens?: AgentTokens }
}

interface AgentTokens {
  input: number
  output: number
  reasoning: number
  cache: { read: number; write: number }
}

/** opencode counts the cache beside the input, and reasoning beside the output. */
function toUsage({ input, output, reasoning, cache }: AgentTokens): Usage {
  return { input: input + cache.read + cache.write, output: output + reasoning, cachedInput: cache.read, cacheWrites: cache.write, reasoning }
}
