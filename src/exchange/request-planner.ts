import type { CallForm } from '../core/call.ts'
import { assertModelTakes } from '../core/check-parts.ts'
import { BridgeError } from '../core/errors.ts'
import type { JsonText } from '../core/json-text.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import { type GenerationSettings, isAdapted } from '../generation/generate.ts'
import type { DraftMessage, DraftPrompt } from '../protocols/draft-prompt.ts'
import { estimateTokens } from '../protocols/token-estimate.ts'
import type { Decoded, Passing, Protocol, RequestHead } from '../protocols/protocol.ts'
import { wireFormats } from '../wires/index.ts'
import type { Adjustment } from '../wires/shared/adjustment.ts'
import type { Plan } from './ask-model.ts'
import type { Conversation } from './conversation.ts'
import { ignoredNames, refuseIgnored, wantsStrictness } from './ignored-parameters.ts'
import { chooseLane, LANE_HEADER, type LaneSetting, parseLane } from './lane.ts'
import type { CallerMemory, OriginOf } from './recollection/caller-memory.ts'
import { fetchRemoteFiles } from './remote-files/fetch-all.ts'
import type { RemoteFiles } from './remote-files/remote-files.ts'
import { tokensIn, verbatimChanges } from './verbatim-body.ts'

/** The settings of the bridge that decide how a request is put to a model. */
export interface PlannerSettings extends GenerationSettings {
  /** Refuses what could change an answer and cannot be honoured. */
  strict: boolean
  lane: LaneSetting
  allowRemoteFiles: boolean
}

export interface PlannerOptions {
  headers: Headers
  json: JsonText
  protocol: Protocol
  head: RequestHead
  /** The named conversation that the request goes on with, if it names one. */
  conversation: Conversation | undefined
  settings: PlannerSettings
  /** What may be fetched for the request. */
  files: RemoteFiles
  signal: AbortSignal
}

/** A plan, and what the client is told of it. */
export interface RequestPlan extends Plan {
  /** Names of what of the request has no effect. */
  ignored: string[]
  /** What the model is asked otherwise than the client wanted, as `name=value`. */
  adjusted: string[]
}

/** Characters of a prompt that are counted for a limit; some milliseconds of work. */
const COUNTED = 20_000

/** Of a body that only its provider understands, where a token is seldom shorter. */
const CHARACTERS_PER_TOKEN = 3
const MOST_OUTPUT = ['max_tokens', 'max_completion_tokens', 'max_output_tokens']

/** Decides how one request is put to each of the models that may answer it. */
export class RequestPlanner {
  readonly #options: PlannerOptions
  readonly #wanted: LaneSetting
  readonly #strict: boolean
  #decoded: Decoded | undefined
  #prompt: Promise<Prompt> | undefined
  #passing: Passing | undefined
  #sent: readonly DraftMessage[] | undefined
  #originOf: OriginOf = () => undefined
  /** By model; a request is planned before a place is taken, and by the form of the place, which is mostly the same. */
  readonly #plans = new Map<string, { form: CallForm | undefined; plan: RequestPlan }>()

  /** @throws BridgeError 400 for a header that names no lane */
  constructor(options: PlannerOptions) {
    this.#options = options
    const { headers, settings } = options
    this.#wanted = parseLane(headers.get(LANE_HEADER)) ?? settings.lane
    this.#strict = settings.strict || wantsStrictness(headers)
  }

  /** The conversation as the client sent it; undefined where only a provider of its own format understands it. */
  get sent(): readonly DraftMessage[] | undefined {
    return this.#sent
  }

  /** Puts into the request what its client left out of the answers that it had; before any plan is made. */
  async recall(memory: CallerMemory, model: string): Promise<void> {
    const prompt = this.#draftIfAny(model)
    this.#sent = prompt?.messages
    this.#originOf = await memory.originsOf(this.#tokens(model))
    if (prompt) prompt.messages = await memory.complete(prompt.messages)
  }

  /** @throws BridgeError 400 when the request cannot be put to the model */
  plan(model: Model, form: CallForm | undefined): RequestPlan {
    const known = this.#plans.get(model.id)
    if (known && known.form === form) return known.plan
    const plan = this.#plan(model, form)
    this.#plans.set(model.id, { form, plan })
    return plan
  }

  #plan(model: Model, form: CallForm | undefined): RequestPlan {
    // What opencode really calls counts more than what its catalogue says.
    const served = form ? { ...model, wire: form.wire, toolCall: form.toolCall ?? model.toolCall } : model
    const lane = chooseLane({ form, wire: this.#options.protocol.wire, asItIs: form !== undefined && this.#passesAsItIs(served, form), wanted: this.#wanted })
    if (lane === 'verbatim') return this.#verbatim(served, form!)
    return this.#written(served, lane, lane === 'translated' ? form : undefined)
  }

  /** The request as a prompt could hold it. @throws BridgeError 400 for what only a provider of its own format could take */
  decoded(model: string): Decoded {
    const { head, conversation } = this.#options
    if (this.#decoded) return this.#decoded
    const decoded = head.decode(model)
    if (conversation) decoded.prompt.messages = conversation.continue(decoded.prompt.messages)
    return (this.#decoded = decoded)
  }

  /** The prompt, with the files that it names by URL. */
  prompt(model: string): Promise<Prompt> {
    const { settings, files, signal } = this.#options
    return (this.#prompt ??= fetchRemoteFiles(this.decoded(model).prompt, { allowed: settings.allowRemoteFiles, files, signal }))
  }

  /** The tokens that the request has, roughly, and the most that it lets an answer have. */
  most(model: string): { input: number; output: number | undefined } {
    const { json } = this.#options
    const draft = this.#draftIfAny(model)
    if (draft) return { input: estimateTokens(draft, COUNTED), output: draft.parameters.maxOutputTokens }
    const output = MOST_OUTPUT.map((name) => json.body[name]).find((value) => typeof value === 'number')
    return { input: Math.ceil(json.text.length / CHARACTERS_PER_TOKEN), output }
  }

  /** Whether the bridge has nothing to add to or to take from an answer, were the provider of the client's format. */
  #passesAsItIs(model: Model, form: CallForm): boolean {
    const { head, conversation, settings, protocol } = this.#options
    if (form.wire !== protocol.wire || head.choices > 1 || head.mixed || conversation) return false
    const draft = this.#draftIfAny(model.id)
    return draft === undefined || !isAdapted(draft as Prompt, model, nativeOutput(settings))
  }

  /** Undefined for a request that only a provider of its own format understands. */
  #draftIfAny(model: string): DraftPrompt | undefined {
    try {
      return this.decoded(model).prompt
    } catch (error) {
      if (error instanceof BridgeError && error.status === 400) return undefined
      throw error
    }
  }

  #verbatim(model: Model, form: CallForm): RequestPlan {
    const { headers, json, protocol } = this.#options
    const draft = this.#draftIfAny(model.id) as Prompt | undefined
    if (draft) assertModelTakes(draft, model)
    const passing = this.#passed()
    const body = { protocol, body: json.body, kept: passing.changes, originOf: this.#originOf, prompt: draft }
    const { changes, ignored } = verbatimChanges(body, model, form)
    refuseIgnored(ignored, model, this.#strict)
    return {
      lane: 'verbatim',
      model,
      ignored,
      adjusted: [],
      prompt: () => this.prompt(model.id),
      passage: {
        ...json,
        changes,
        headers,
        ...(passing.onData && { onData: passing.onData }),
      },
    }
  }

  #passed(): Passing {
    const { json, protocol } = this.#options
    return (this.#passing ??= protocol.pass?.(json.body) ?? { changes: {} })
  }

  /** None of a body that cannot be passed on. */
  #tokens(model: string): string[] {
    const { json, protocol } = this.#options
    try {
      return tokensIn({ protocol, body: json.body, kept: this.#passed().changes }, model)
    } catch (error) {
      if (error instanceof BridgeError) return []
      throw error
    }
  }

  #written(model: Model, lane: 'translated' | 'session', form: CallForm | undefined): RequestPlan {
    const { protocol, head } = this.#options
    const decoded = this.decoded(model.id)
    const draft = decoded.prompt as Prompt
    assertModelTakes(draft, model)
    const adjustments = form ? wireFormats[form.wire].adjustments(draft, { model, form, stream: head.stream }) : []
    const nameOf = ({ name }: Adjustment) => (name === 'toolChoice' ? 'tool_choice' : protocol.parameterNames[name])
    const ignored = ignoredNames(decoded, model, protocol, this.#strict)
    const leftOut = [...adjustments.filter(({ instead }) => instead === undefined).map(nameOf), ...lostNames(draft, form)]
    refuseIgnored(leftOut, model, this.#strict)
    return {
      lane,
      model,
      ignored: [...new Set([...ignored, ...leftOut])],
      adjusted: adjustments.flatMap((adjustment) => (adjustment.instead === undefined ? [] : [`${nameOf(adjustment)}=${adjustment.instead}`])),
      prompt: async () => {
        const prompt = await this.prompt(model.id)
        assertModelTakes(prompt, model)
        return { ...prompt, model: model.id }
      },
    }
  }
}

/** Only Chat Completions' messages say who speaks. */
function lostNames({ messages }: Prompt, form: CallForm | undefined): string[] {
  const carried = form !== undefined && wireFormats[form.wire].carriesNames?.(form)
  return !carried && messages.some((message) => 'name' in message) ? ['messages.name'] : []
}

/** A provider of the client's own format holds an answer to JSON in the way that the client asked it to. */
function nativeOutput(settings: GenerationSettings): GenerationSettings {
  return settings.structuredOutput === 'auto' ? { ...settings, structuredOutput: 'native' } : settings
}
