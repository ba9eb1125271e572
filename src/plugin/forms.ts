import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PluginInput } from '@opencode-ai/plugin'
import { type LearnedForm, type ModelRef, modelIdOf } from './contract.ts'
import type { DryCalls } from './dry-calls.ts'
import { type Caller, type DryPrompt, learnForm } from './learn-form.ts'

/** Milliseconds after which a form is learned anew; meanwhile the old one serves. */
const LIFETIME = 15 * 60_000

/** Milliseconds after which a model without a form is tried again. */
const RETRY_AFTER = 60_000

/** Milliseconds for which calls that a login has begun may still need it. */
const LINGER = 30_000

export interface FormsOptions {
  dry: DryCalls
  /** opencode's agent that dry prompts run under. */
  agent: string
  /** Hears of what was learned in place of something older. */
  onChange(learned: LearnedForm): void
}

export interface Learned {
  /** What the daemon may know. */
  told: LearnedForm
  caller: Caller | undefined
}

interface Entry {
  learned: Promise<Learned>
  at: number
  /** Whether there is no form. */
  failed: boolean
}

/** How this process calls each model's provider; learned when first asked for, once however many ask. */
export class Forms {
  readonly #options: FormsOptions
  readonly #entries = new Map<string, Entry>()
  /** Dry prompts by their session. */
  readonly prompts = new Map<string, DryPrompt>()
  #client: PluginInput['client'] | undefined
  /** The number of opencode's directory in use: a login belongs to the one that it was learned in. */
  #generation = 0

  constructor(options: FormsOptions) {
    this.#options = options
  }

  use(client: PluginInput['client']): void {
    this.#client = client
  }

  get(model: ModelRef): Promise<Learned> {
    const key = modelIdOf(model)
    const entry = this.#entries.get(key)
    if (entry === undefined) return this.#learn(model)
    const age = Date.now() - entry.at
    if (entry.failed && age > RETRY_AFTER) return this.#learn(model)
    if (age > LIFETIME) void this.#relearn(model)
    return entry.learned
  }

  /** The provider refused the login: nothing that was learned from it is believed any more. */
  refused({ providerID }: ModelRef): void {
    this.#renew()
    for (const key of this.#entries.keys()) if (key.startsWith(`${providerID}/`)) this.#entries.delete(key)
  }

  #learn(model: ModelRef): Promise<Learned> {
    const entry: Entry = { learned: this.#ask(model), at: Date.now(), failed: false }
    void entry.learned.then(({ caller }) => (entry.failed = caller === undefined))
    this.#entries.set(modelIdOf(model), entry)
    return entry.learned
  }

  async #relearn(model: ModelRef): Promise<void> {
    const key = modelIdOf(model)
    const old = this.#entries.get(key)!
    // The old one serves while the new one is not there.
    old.at = Date.now()
    this.#renew()
    const learned = await this.#ask(model)
    if (learned.caller === undefined) return
    this.#entries.set(key, { learned: Promise.resolve(learned), at: Date.now(), failed: false })
    this.#options.onChange(learned.told)
  }

  async #ask(model: ModelRef): Promise<Learned> {
    try {
      const caller = await learnForm({
        client: this.#client!,
        dry: this.#options.dry,
        agent: this.#options.agent,
        directory: this.#directory(this.#generation),
        model,
        prompts: this.prompts,
      })
      return { told: { model, form: caller.form }, caller }
    } catch (error) {
      return { told: { model, why: error instanceof Error ? error.message : JSON.stringify(error) }, caller: undefined }
    }
  }

  /** What is learned from here on comes from a login, and a list of models, that opencode has read anew. */
  #renew(): void {
    const directory = this.#directory(this.#generation++)
    setTimeout(() => void this.#client?.instance.dispose({ query: { directory } }).catch(() => {}), LINGER).unref()
  }

  #directory(generation: number): string {
    return join(tmpdir(), `forms-${generation}`)
  }
}
