import { type LearnedForm, type ModelRef, modelIdOf } from '../contract.ts'
import type { Learned } from './thread-protocol.ts'

/** Milliseconds after which a form is learned anew; meanwhile the old one serves. */
const LIFETIME = 15 * 60_000

/** Milliseconds after which a model without a form is tried again. */
const RETRY_AFTER = 60_000

export interface FormsOptions {
  /** Never fails; `generation` numbers the directories of opencode's in which logins, and the list of models, are read anew. */
  learn(model: ModelRef, generation: number): Promise<Learned>
  /** Nothing more is learned in this generation. */
  onLeave(generation: number): void
  /** Hears of what was learned in place of something older. */
  onChange(learned: LearnedForm): void
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
  #generation = 0

  constructor(options: FormsOptions) {
    this.#options = options
  }

  get(model: ModelRef): Promise<Learned> {
    const entry = this.#entries.get(modelIdOf(model))
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
    const entry: Entry = { learned: this.#options.learn(model, this.#generation), at: Date.now(), failed: false }
    void entry.learned.then(({ recipe }) => (entry.failed = recipe === undefined))
    this.#entries.set(modelIdOf(model), entry)
    return entry.learned
  }

  async #relearn(model: ModelRef): Promise<void> {
    const key = modelIdOf(model)
    const old = this.#entries.get(key)!
    // The old one serves while the new one is not there.
    old.at = Date.now()
    this.#renew()
    const learned = await this.#options.learn(model, this.#generation)
    if (learned.recipe === undefined) return
    this.#entries.set(key, { learned: Promise.resolve(learned), at: Date.now(), failed: false })
    this.#options.onChange(learned.told)
  }

  #renew(): void {
    this.#options.onLeave(this.#generation++)
  }
}
