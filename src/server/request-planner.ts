import type { H3Event } from 'h3'
import type { CallForm } from '../core/call.ts'
import { assertModelTakes } from '../core/check-parts.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Plan } from '../exchange/ask-model.ts'
import { chooseLane, LANE_HEADER, type LaneSetting, parseLane } from '../exchange/lane.ts'
import { isAdapted } from '../generation/generate.ts'
import type { Decoded, Passing, Protocol } from '../protocols/protocol.ts'
import { adapt } from '../wires/adapt.ts'
import type { AppConfig } from './app-options.ts'
import type { Conversation } from './conversations.ts'
import { ignoredNames, refuseIgnored } from './ignored-parameters.ts'
import type { JsonText } from './json-body.ts'
import { fetchRemoteFiles } from './remote-files.ts'

export interface PlannerOptions {
  event: H3Event
  json: JsonText
  protocol: Protocol
  decoded: Decoded
  /** The named conversation that the request goes on with, if it names one. */
  conversation: Conversation | undefined
  config: AppConfig
  signal: AbortSignal
}

/** Decides how one request is put to each of the models that may answer it. */
export class RequestPlanner {
  readonly #options: PlannerOptions
  readonly #wanted: LaneSetting
  readonly #ignored = new WeakMap<Plan, string[]>()
  #prompt: Promise<Prompt> | undefined
  #passing: Passing | undefined

  /** @throws BridgeError 400 for a header that names no lane, or messages that do not go on with the conversation */
  constructor(options: PlannerOptions) {
    const { event, config, decoded, conversation } = options
    this.#options = options
    this.#wanted = parseLane(event.req.headers.get(LANE_HEADER)) ?? config.lane
    if (conversation) decoded.prompt.messages = conversation.continue(decoded.prompt.messages)
  }

  /** @throws BridgeError 400 when the request cannot be put to the model */
  plan(model: Model, form: CallForm | undefined): Plan {
    const { event, json, protocol, decoded, conversation, config } = this.#options
    // What opencode really calls counts more than what its catalogue says.
    const served = form ? { ...model, wire: form.wire } : model
    const draft = decoded.prompt as Prompt
    assertModelTakes(draft, served)
    const asItIs = decoded.choices === 1 && !conversation && !isAdapted(draft, served, config)
    const lane = chooseLane({ form, wire: protocol.wire, asItIs, wanted: this.#wanted })
    const prompt = async () => {
      const fetched = await this.prompt()
      assertModelTakes(fetched, served)
      return { ...fetched, model: model.id }
    }
    if (lane !== 'verbatim') return this.#with({ lane, model: served, prompt }, ignoredNames(event, decoded, served, protocol, config.strict))

    const passing = (this.#passing ??= protocol.pass?.(json.body) ?? { changes: {} })
    const { changes, ignored } = adapt({ ...json.body, ...passing.changes }, form!)
    refuseIgnored(event, ignored, served, config.strict)
    const passage = {
      ...json,
      changes: { ...passing.changes, ...changes },
      headers: event.req.headers,
      ...(passing.onData && { onData: passing.onData }),
    }
    return this.#with({ lane, model: served, prompt, passage }, ignored)
  }

  /** The prompt, with the files that it names by URL. */
  prompt(): Promise<Prompt> {
    const { decoded, config, signal } = this.#options
    return (this.#prompt ??= fetchRemoteFiles(decoded.prompt, { allowed: config.allowRemoteFiles, signal }))
  }

  /** Names of what of the request has no effect under a plan. */
  ignoredBy(plan: Plan): string[] {
    return this.#ignored.get(plan) ?? []
  }

  #with(plan: Plan, ignored: string[]): Plan {
    this.#ignored.set(plan, ignored)
    return plan
  }
}
