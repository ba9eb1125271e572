import type { CallForm } from '../core/call.ts'
import { type LearnedForm, modelIdOf } from '../plugin/contract.ts'

/** Milliseconds after which a model that could not be learned is tried again. */
const RETRY_AFTER = 60_000

/** How models are called, as the processes told it last: all of them run the same opencode with the same configuration. */
export class FormTable {
  readonly #forms = new Map<string, { form: CallForm | undefined; at: number }>()
  readonly #said = new Set<string>()
  readonly #warn: (message: string) => void

  constructor(warn: (message: string) => void) {
    this.#warn = warn
  }

  /** Why a model has none is said once for each reason. */
  add(learned: readonly LearnedForm[]): void {
    for (const { model, form, why } of learned) {
      this.#forms.set(modelIdOf(model), { form, at: Date.now() })
      if (why === undefined || this.#said.has(why)) continue
      this.#said.add(why)
      this.#warn(`Requests to ${modelIdOf(model)} go through sessions of opencode's, which takes longer: ${why}.`)
    }
  }

  /** @returns undefined where it is to be learned; else the form, or null where the model has none */
  find(model: string): CallForm | null | undefined {
    const known = this.#forms.get(model)
    if (known?.form) return known.form
    return known === undefined || Date.now() - known.at > RETRY_AFTER ? undefined : null
  }

  /** What was known of an old configuration. */
  clear(): void {
    this.#forms.clear()
  }
}
