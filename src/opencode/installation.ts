import { BridgeError, toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { DEMO_MODEL, type DemoModel } from '../demo/demo-model.ts'
import type { PluginSettings } from '../plugin/contract.ts'
import type { ProbedProvider } from '../plugin/probed-models.ts'
import { type OpencodeBinary } from './binary.ts'
import { toModels, toModelsFile } from './catalogue.ts'
import { buildEnvironment } from './environment.ts'
import { listModels } from './list-models.ts'
import { modelsCache } from './models-cache.ts'
import { type OpencodeProcess, spawnOpencode, type SpawnOptions } from './process.ts'
import { createRuntimeFolder, type RuntimeFolder } from './runtime-folder.ts'
import { fingerprint, locateUserSetup, type UserSetup } from './user-setup.ts'

/** Between two looks at whether the user's configuration has changed. */
const WATCH_INTERVAL = 2000

/** opencode's own gateway, which offers free models without a login; such a user never chose to send it anything. */
const GATEWAY = 'opencode'

/** What `ocb connect opencode` adds to the user's opencode: ourselves, and a request must not go in circles. */
const OURSELVES = 'opencode-bridge'

export interface InstallationOptions {
  binary: OpencodeBinary
  env: NodeJS.ProcessEnv
  /** Milliseconds that opencode may take to report its models. */
  startTimeout: number
  /** The embedded model, which is opened while there is no other. */
  demo: DemoModel
  /** Only the embedded model, whatever the user has. */
  demoOnly: boolean
  /** Providers beside those of the user's opencode, as opencode's configuration has them; may change at any time. */
  ownProviders(): Record<string, unknown>
  /** What else is known of models. The very list comes back where that is nothing. */
  complete(models: Model[]): Model[]
  /** See `PluginSettings`. */
  redact?: PluginSettings['redact']
}

/** Asks a process that `reportsModels` for them, until it is aborted. */
export type AskModels = (signal: AbortSignal) => Promise<ProbedProvider[]>

export interface WatchOptions {
  /** The user's configuration or credentials have changed on disk, or the private folder was gone, with what processes had there. */
  onChange(): void
  /** Called with what keeps it from looking, and with undefined when that is over. */
  onFault(error: Error | undefined): void
}

/** The opencode that the bridge runs: its executable, the user's models, and the private folder its processes live in. */
export class Installation {
  readonly binary: OpencodeBinary
  readonly #options: InstallationOptions
  readonly #setup: UserSetup
  readonly #folder: RuntimeFolder
  #fingerprint: string
  /** Those that processes start with, and the latest. */
  #ownProviders: Record<string, unknown> = {}
  #newProviders: Record<string, unknown>
  #revision = 0
  #providers: ProbedProvider[] | undefined
  #models: Model[] = []
  #watch: NodeJS.Timeout | undefined
  #reading: Promise<void> = Promise.resolve()
  readonly #closing = new AbortController()

  constructor(options: InstallationOptions) {
    this.binary = options.binary
    this.#options = options
    this.#setup = locateUserSetup(options.env)
    this.#folder = createRuntimeFolder(this.#setup, options.env)
    this.#newProviders = this.#latestProviders()
    this.#fingerprint = fingerprint(this.#setup, options.env, this.#newProviders)
  }

  /**
   * Finds out which models the user can use: what a process says that is asked, or did of late, or opencode's own list
   * where our plugin cannot load.
   * Throws what `ask` and `listModels` throw; the models and the configuration of before then stay.
   */
  readModels(through: AskModels | 'list'): Promise<void> {
    // One after the other, so that the latest configuration has the last word.
    this.#reading = this.#reading.catch(() => {}).then(() => this.#read(through))
    return this.#reading
  }

  async #read(through: AskModels | 'list'): Promise<void> {
    const { signal } = this.#closing
    signal.throwIfAborted()
    const { env, startTimeout, demo, demoOnly } = this.#options
    const folder = this.#folder.newest()
    const ownProviders = this.#newProviders
    let models: Model[] = []
    if (demoOnly) {
      this.#providers = []
    } else if (through === 'list') {
      models = await listModels({ binary: this.binary, folder, env, config: { provider: ownProviders }, timeout: startTimeout, signal })
      this.#providers = undefined
    } else {
      const cache = modelsCache(env, this.binary.version, this.#fingerprint)
      const known = cache.read()
      this.#providers = known ?? (await through(signal))
      if (!known) cache.write(this.#providers)
      models = toModels(this.#providers)
    }
    folder.adopt()
    this.#ownProviders = ownProviders
    this.#revision++
    this.#folder.keepModels(this.#providers && toModelsFile(this.#providers))
    models = models.filter((model) => model.provider !== OURSELVES)
    const hasGatewayLogin = this.#providers?.some(({ id, source }) => id === GATEWAY && source !== 'custom') ?? false
    const chosen = models.filter((model) => model.provider !== GATEWAY || hasGatewayLogin)
    const unasked = models.filter((model) => !chosen.includes(model))
    if (chosen.length > 0) demo.retire()
    else await demo.open()
    // The first is the one for requests that name none.
    this.#models = [...(chosen.length > 0 ? chosen : [DEMO_MODEL]), ...unasked]
  }

  models(): Model[] {
    return this.#options.complete(this.#models)
  }

  /** True when there is nothing but the embedded model that the user could have meant to use. */
  get demo(): boolean {
    return this.#models[0] === DEMO_MODEL
  }

  /** Grows with every configuration that processes start with. */
  get revision(): number {
    return this.#revision
  }

  /** Looks, from now on, whether anything has changed that processes were started with. */
  watch({ onChange, onFault }: WatchOptions): void {
    let faulty = false
    this.#watch = setInterval(() => {
      try {
        const changed = this.#follow()
        if (faulty) onFault(undefined)
        faulty = false
        if (changed) onChange()
      } catch (error) {
        faulty = true
        onFault(toBridgeError(error))
      }
    }, WATCH_INTERVAL).unref()
  }

  /** @returns whether there was a change; one that could not be followed is seen again */
  #follow(): boolean {
    const providers = this.#latestProviders()
    const current = fingerprint(this.#setup, this.#options.env, providers)
    const mended = this.#folder.mend()
    if (current === this.#fingerprint && !mended) return false
    if (!mended) this.#folder.stage()
    this.#fingerprint = current
    this.#newProviders = providers
    return true
  }

  #latestProviders(): Record<string, unknown> {
    const { demoOnly, ownProviders } = this.#options
    return demoOnly ? {} : ownProviders()
  }

  /** A folder of its own for a process that shall not see the others' files; it goes with the installation. */
  emptyFolder(): string {
    return this.#folder.temporary()
  }

  /**
   * `env` is added to the environment that every process gets. All of them start in the private folder. One that
   * `reportsModels` has the latest configuration, which is only tried, and opencode's whole catalogue.
   */
  spawn(
    options: Pick<SpawnOptions, 'args' | 'channel' | 'onFrame' | 'onLine' | 'onNote'> & { plugin?: PluginSettings; env?: Record<string, string> },
  ): OpencodeProcess {
    const { env, demo, redact } = this.#options
    const { plugin, env: extra, ...rest } = options
    const { folder, provider, trimmed } = plugin?.reportsModels
      ? { folder: this.#folder.newest(), provider: this.#newProviders, trimmed: false }
      : { folder: this.#folder, provider: { ...this.#ownProviders, ...demo.providerConfig() }, trimmed: this.#providers !== undefined }
    return spawnOpencode({
      binary: this.binary.path,
      folder,
      env: {
        ...buildEnvironment({
          env,
          folder,
          config: { provider },
          trimmed,
          ...(plugin && { plugin: { ...plugin, ...(redact && { redact }) } }),
        }),
        ...extra,
      },
      ...rest,
    })
  }

  /** Ends what reads the models, and removes the folder; the processes of `spawn` are to be ended before. */
  async close(): Promise<void> {
    clearInterval(this.#watch)
    this.#closing.abort()
    await this.#reading.catch(() => {})
    this.#folder.remove()
  }
}

/** Splits `provider/model`; the model part may contain slashes. Throws a `BridgeError` for an id without a provider. */
export function splitModelId(id: string): { providerID: string; modelID: string } {
  const slash = id.indexOf('/')
  if (slash < 1) throw new BridgeError(`The model id ${id} names no provider.`, { code: 'model_not_found', status: 404, param: 'model' })
  return { providerID: id.slice(0, slash), modelID: id.slice(slash + 1) }
}
