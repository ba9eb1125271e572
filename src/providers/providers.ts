import { join } from 'node:path'
import type { Fetch } from '../system/outbound-fetch.ts'
import type { Embedders } from '../core/embedding.ts'
import { cacheHome } from '../system/user-folders.ts'
import type { BlockValue, ProviderBlock } from './block.ts'
import type { CredentialSource } from './credentials/source.ts'
import type { ParameterSheet } from './model-parameters.ts'
import { embedderOf } from './embed.ts'
import { Provider } from './provider.ts'
import { RememberedFormats } from './tool-format/remembered-formats.ts'

/** Milliseconds between two looks at what the providers have, and until one that did not answer is asked again, at first. */
const REFRESH = 5 * 60_000
const FIRST_RETRY = 10_000
/** Milliseconds. A server nearby has answered by then; one that hangs is not to keep the daemon from starting. */
const PATIENCE = 2_000

export interface ProvidersOptions {
  blocks: readonly ProviderBlock[]
  env: NodeJS.ProcessEnv
  fetch: Fetch
  /** What a list says of models; it may come later, and change. */
  parameters(): ParameterSheet | undefined
  /** Milliseconds that the start waits for what the providers have. */
  patience?: number
  log: { warn(message: string): void }
}

/** The providers of the bridge's own configuration. */
export class Providers {
  readonly #providers: Map<string, Provider>
  readonly #log: ProvidersOptions['log']
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #pause = FIRST_RETRY
  readonly #told = new Map<string, string>()

  readonly #patience: number

  constructor({ blocks, env, fetch, parameters, patience = PATIENCE, log }: ProvidersOptions) {
    const formats = new RememberedFormats(join(cacheHome(env), 'opencode-bridge', 'tool-formats.json'))
    const options = { env, formats, fetch, parameters, signal: this.#closing.signal }
    this.#patience = patience
    this.#providers = new Map(blocks.map((block) => [block.id, new Provider(block, options)]))
    this.#log = log
  }

  find(id: string): Provider | undefined {
    return this.#providers.get(id)
  }

  /** Those that may turn texts into vectors, by their names. */
  embedders(): Embedders {
    return new Map(
      [...this.#providers].flatMap(([id, provider]) => {
        const embedder = embedderOf(provider)
        return embedder ? [[id, embedder] as const] : []
      }),
    )
  }

  /** opencode's configuration of all of them. It grows and shrinks with what they say they have. */
  config(): Record<string, unknown> {
    return Object.fromEntries([...this.#providers].map(([id, provider]) => [id, provider.toOpencode()]))
  }

  /**
   * Asks those whose models are not named in the configuration, now and again from now on. Resolves when all have answered,
   * or have had their time: what comes later is in `config` from then on.
   */
  async start(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patience)
    })
    await Promise.race([this.#discover(), limit])
    clearTimeout(timer)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#closing.abort()
  }

  async #discover(): Promise<void> {
    await Promise.all([...this.#providers.values()].map((provider) => this.#ask(provider)))
    const waits = [...this.#providers.values()].some(({ isUnknown }) => isUnknown)
    const time = waits ? this.#pause : REFRESH
    this.#pause = waits ? Math.min(this.#pause * 2, REFRESH) : FIRST_RETRY
    if (this.#providers.size > 0 && !this.#closing.signal.aborted) this.#timer = setTimeout(() => void this.#discover(), time).unref()
  }

  /** Says why there is no list, once for each reason. */
  async #ask(provider: Provider): Promise<void> {
    const { id } = provider.block
    try {
      await provider.discover()
      this.#told.delete(id)
    } catch (error) {
      if (this.#closing.signal.aborted) return
      const { message } = error as Error
      if (this.#told.get(id) !== message)
        this.#log.warn(`The models of the provider ${id} are not known: ${message} Run \`opencode-bridge provider test ${id}\`.`)
      this.#told.set(id, message)
    }
  }
}

/** The environment without the variables that hold the credentials of blocks, and others: no process but this one is to have them. */
export function withoutCredentials(env: NodeJS.ProcessEnv, blocks: readonly ProviderBlock[], others: readonly BlockValue[] = []): NodeJS.ProcessEnv {
  const ofBlocks = blocks.flatMap(({ credential, headers }) => [credential, ...Object.values(headers)])
  const secret = new Set([...ofBlocks, ...others].flatMap(variableOf))
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secret.has(name)))
}

function variableOf(source: CredentialSource | string | undefined): string[] {
  return typeof source === 'object' && source.from === 'env' ? [source.name] : []
}
