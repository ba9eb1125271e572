import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PluginInput } from '@opencode-ai/plugin'
import type { Learned } from './calls/thread-protocol.ts'
import { type ModelRef, modelIdOf } from './contract.ts'
import type { DryCalls } from './dry-calls.ts'
import { type DryPrompt, learnForm } from './learn-form.ts'
import type { Logins } from './logins.ts'

/** Milliseconds for which calls that a login has begun may still need it. */
const LINGER = 30_000

export interface LearnerOptions {
  dry: DryCalls
  logins: Logins
  /** opencode's agent that dry prompts run under. */
  agent: string
}

/** Learns from opencode how it calls a model's provider, in directories of its own: a login belongs to one of them. */
export class Learner {
  readonly #options: LearnerOptions
  /** Dry prompts by their session. */
  readonly prompts = new Map<string, DryPrompt>()
  /** The login of each model, by its id. */
  readonly #logins = new Map<string, number>()

  constructor(options: LearnerOptions) {
    this.#options = options
  }

  /** Never fails: `told.why` says why there is no form. */
  async learn(client: PluginInput['client'], model: ModelRef, generation: number): Promise<Learned> {
    const { dry, agent } = this.#options
    try {
      const { form, recipe, login } = await learnForm({ client, dry, agent, directory: directoryOf(generation), model, prompts: this.prompts })
      return { told: { model, form }, recipe: { ...recipe, login: login && { number: this.#keep(model, login.fetch), passesOn: login.passesOn } } }
    } catch (error) {
      return { told: { model, why: error instanceof Error ? error.message : JSON.stringify(error) }, recipe: undefined }
    }
  }

  /** Nothing more is learned in this generation's directory: the next one reads the login, and the list of models, anew. */
  leave(client: PluginInput['client'], generation: number): void {
    later(() => void client.instance.dispose({ query: { directory: directoryOf(generation) } }).catch(() => {}))
  }

  #keep(model: ModelRef, fetch: typeof globalThis.fetch): number {
    const { logins } = this.#options
    const old = this.#logins.get(modelIdOf(model))
    if (old !== undefined) later(() => logins.forget(old))
    const number = logins.add(fetch)
    this.#logins.set(modelIdOf(model), number)
    return number
  }
}

function later(action: () => void): void {
  setTimeout(action, LINGER).unref()
}

function directoryOf(generation: number): string {
  return join(tmpdir(), `forms-${generation}`)
}
