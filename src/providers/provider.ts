import type { CallForm } from '../core/call.ts'
import type { CallExtras, Connection } from '../core/connection.ts'
import type { Fetch } from '../system/outbound-fetch.ts'
import type { ProviderBlock } from './block.ts'
import { ExtrasMaker } from './call-extras.ts'
import type { CredentialOptions } from './credentials/credential.ts'
import { discoverModels } from './discovery/discover.ts'
import type { FoundModel } from './discovery/found-model.ts'
import { deploymentOf, modelUrlOf, TRAITS } from './kinds.ts'
import { type OfferedModel, offeredModels } from './offered-models.ts'
import { toOpencodeProvider } from './opencode-config.ts'
import { findParameters, type ParameterSheet } from './model-parameters.ts'
import { probeTools } from './tool-format/probe-tools.ts'
import type { RememberedFormats } from './tool-format/remembered-formats.ts'

/** Milliseconds until a server whose tools could not be found out is asked again. */
const ASK_AGAIN = 60_000

export interface ProviderOptions extends CredentialOptions {
  formats: RememberedFormats
  fetch: Fetch
  /** What a list says of models; it may come later, and change. */
  parameters(): ParameterSheet | undefined
}

/** A provider of the bridge's own configuration while the daemon runs. */
export class Provider implements Connection {
  readonly block: ProviderBlock
  readonly retry: Connection['retry']
  readonly #options: ProviderOptions
  readonly #extras: ExtrasMaker
  #found: FoundModel[] | undefined
  /** Made of what was found and of the list, when they were last looked at. */
  #offered: { found: FoundModel[] | undefined; sheet: ParameterSheet | undefined; models: OfferedModel[] } | undefined
  /** By model: when its server was asked for its tools in vain, and the asking that runs. */
  readonly #asked = new Map<string, number>()
  readonly #asking = new Map<string, Promise<void>>()
  /** By model; the same form is amended to the same, for as long as nothing more is known. */
  readonly #amended = new Map<string, { form: CallForm; toolCall: boolean; amended: CallForm }>()

  constructor(block: ProviderBlock, options: ProviderOptions) {
    const { maxRetries, retryBackoff } = block
    this.block = block
    this.retry = { ...(maxRetries !== undefined && { maxRetries }), ...(retryBackoff !== undefined && { delay: retryBackoff }) }
    this.#options = options
    this.#extras = new ExtrasMaker(block, options)
  }

  get models(): readonly OfferedModel[] {
    const found = this.#found
    const sheet = this.#options.parameters()
    if (this.#offered === undefined || this.#offered.found !== found || this.#offered.sheet !== sheet) {
      const { id } = this.block
      this.#offered = { found, sheet, models: offeredModels(this.block, found, (model) => sheet && findParameters(sheet, id, model)) }
    }
    return this.#offered.models
  }

  /** Whether its models are asked of it, and were not told yet. */
  get isUnknown(): boolean {
    return this.#isAsked && this.#found === undefined
  }

  /** As opencode is to know it. */
  toOpencode(): Record<string, unknown> {
    return toOpencodeProvider(this.block, this.models)
  }

  /** Asks it for its models, where the block does not name them. What was found before stays where that fails. Throws what `discoverModels` throws. */
  async discover(): Promise<void> {
    if (!this.#isAsked) return
    this.#found = await discoverModels(this.block, { extras: await this.#extras.make(), ...this.#reach })
  }

  extras(): Promise<CallExtras> {
    return this.#extras.make()
  }

  renew(refused: CallExtras): Promise<CallExtras | undefined> {
    return this.#extras.renew(refused)
  }

  async prepare(model: string): Promise<void> {
    if (this.callsTools(model) !== undefined || Date.now() - (this.#asked.get(model) ?? 0) < ASK_AGAIN) return
    const asking = this.#asking.get(model) ?? this.#askForTools(model).finally(() => this.#asking.delete(model))
    this.#asking.set(model, asking)
    await asking
  }

  amend(model: string, form: CallForm): CallForm {
    const toolCall = this.callsTools(model) ?? true
    const known = this.#amended.get(model)
    if (known?.form === form && known.toolCall === toolCall) return known.amended
    const amended = { ...form, toolCall, ...(!this.block.stream && { wholeOnly: true }) }
    this.#amended.set(model, { form, toolCall, amended })
    return amended
  }

  /** Which way the provider is reached. */
  get fetch(): Fetch {
    return this.#options.fetch
  }

  get #reach() {
    const { signal, fetch } = this.#options
    return { signal, fetch }
  }

  get #isAsked(): boolean {
    return this.block.models === undefined && this.block.kind !== 'azure_openai'
  }

  /** By the block or the provider's own list, by its format, or by what was found out earlier. */
  callsTools(model: string): boolean | undefined {
    const told = this.models.find(({ id }) => id === model)?.toolCall
    // The other formats have had tools from their beginning.
    if (told !== undefined || TRAITS[this.block.kind].wire !== 'chat') return told ?? true
    return this.#options.formats.find(modelUrlOf(this.block, model), model)
  }

  async #askForTools(model: string): Promise<void> {
    this.#asked.set(model, Date.now())
    const url = modelUrlOf(this.block, model)
    const extras = await this.extras().catch(() => undefined)
    const native = extras && (await probeTools(`${url}/chat/completions`, deploymentOf(this.block, model), { extras, ...this.#reach }))
    if (native !== undefined) this.#options.formats.keep(url, model, native)
  }
}
