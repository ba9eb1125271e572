import { BridgeError } from '../core/errors.ts'
import type { CallForm } from '../core/call.ts'
import type { FindConnection } from '../core/connection.ts'
import type { Model } from '../core/model.ts'
import { type Installation, splitModelId } from '../opencode/installation.ts'
import { HAS_CHANNEL } from '../opencode/process.ts'
import { memoryOf } from '../opencode/process-memory.ts'
import { type Misfit, misfitOf } from '../opencode/supported.ts'
import type { RetryPolicy } from '../plugin/contract.ts'
import { Pool, type PoolMember, type PoolOptions, type PoolShape } from '../pool/pool.ts'
import { isReady } from '../pool/readiness.ts'
import type { Timeouts } from './deadlines.ts'
import type { Engine, EngineName, EngineStatus, Lease, LeaseOptions, ProcessStatus } from './engine.ts'
import type { FormTable } from './form-table.ts'
import { ModelQuestion } from './model-question.ts'
import type { StartStages } from './plugin-process.ts'
import { ProcessLease } from './process-lease.ts'
import { PlainWorker } from './plain/plain-worker.ts'
import { ProviderHealth } from './provider-health.ts'
import type { AskedWorker, Worker } from './worker.ts'

/** Milliseconds until a configuration that could not be read is read again, the first time and at most. */
const FIRST_RETRY = 5_000
const LAST_RETRY = 5 * 60_000

/** So many processes in a row whose plugin did not work prove that it will not. */
const PLUGIN_FAILURES = 2

export interface ProcessEngineOptions {
  name: EngineName
  /** Starts a worker whose code paths for a model are warmed. */
  create(model: string): Worker
  /** Starts one that tells of the models, without an agent of opencode's own. */
  ask(): AskedWorker
  /** What the workers tell of how models are called. */
  forms: FormTable
  installation: Installation
  pool: Omit<PoolOptions<Worker>, 'create' | 'onError' | 'inspect' | 'onLost' | 'onReplaced'>
  /** The pool's shape in plain mode, where every request takes a process of its own. */
  plainShape: PoolShape
  timeouts: Timeouts
  retry: RetryPolicy
  /** See `ProviderHealth`. */
  freeRetries: number
  /** The providers that the daemon knows itself. */
  findConnection: FindConnection
  mode: 'auto' | 'native' | 'plain'
  agent: string | undefined
  /** Warmed until a request has shown what is really used. */
  defaultModel: (models: Model[]) => string
  /** Hears how long the start of a process took. */
  onStarted?(stages: StartStages): void
  log: EngineLog
}

export interface EngineLog {
  warn(message: string): void
  debug(message: string): void
}

/**
 * Runs prompts in opencode processes. How often those are used is the shape of the pool; the time limits, the models and
 * what to do about an opencode that our plugin does not fit are the same for all.
 */
export class ProcessEngine implements Engine {
  readonly #options: ProcessEngineOptions
  readonly #pool: Pool<Worker>
  readonly #misfit: Misfit | undefined
  readonly #health: ProviderHealth
  readonly #question: ModelQuestion
  #degraded: string | undefined
  #pluginFailures = 0
  #lastModel: string | undefined
  #fault: string | undefined
  #retry: NodeJS.Timeout | undefined
  #failedReloads = 0
  #lastStart: StartStages | undefined

  constructor(options: ProcessEngineOptions) {
    this.#options = options
    this.#health = new ProviderHealth(options.freeRetries)
    this.#question = new ModelQuestion(options.ask)
    this.#misfit = misfitOf(options.installation.binary.version)
    this.#pool = new Pool<Worker>({
      ...options.pool,
      create: () => this.#createWorker(),
      onError: (error) => options.log.warn(error instanceof Error ? error.message : String(error)),
      inspect: async (worker, idle) => worker.fault?.(idle),
      onLost: ({ pid }, leases) => options.log.warn(`An opencode process (pid ${pid}) ended with ${leases} requests in it.`),
      onReplaced: ({ pid }, why) => options.log.debug(`An opencode process (pid ${pid}) is replaced: ${why}.`),
    })
    if (options.mode === 'plain') this.#setDegraded('plain mode was asked for')
  }

  get name(): EngineName {
    return this.#options.name
  }

  async start(): Promise<void> {
    if (this.#misfit && this.#options.mode !== 'plain' && !this.#isHopeless()) this.#options.log.warn(`${this.#misfit.why}.`)
    const { installation, agent } = this.#options
    try {
      // The process that is asked goes on as the first worker, unless others will know more: of an agent, or of the embedded model.
      await this.#readModels({ keep: agent === undefined && HAS_CHANNEL })
      if (installation.demo) await this.#question.dismiss()
      this.#pool.start()
    } finally {
      await this.#question.dismiss()
    }
    installation.watch({
      onChange: () => void this.#reload(),
      onFault: (error) => this.#setFault(error && `opencode’s configuration cannot be read: ${error.message}`),
    })
  }

  warmed(): Promise<void> {
    return this.#pool.warmed()
  }

  models(): Model[] {
    const { installation, findConnection } = this.#options
    return installation.models().map((model) => {
      const toolCall = findConnection(model.provider)?.callsTools(splitModelId(model.id).modelID)
      return toolCall === undefined || toolCall === model.toolCall ? model : { ...model, toolCall }
    })
  }

  formOf(model: string): CallForm | null | undefined {
    const { forms, agent, mode } = this.#options
    const form = agent !== undefined || mode === 'plain' || this.#degraded !== undefined ? null : forms.find(model)
    if (!form) return form
    const { providerID, modelID } = splitModelId(model)
    return this.#options.findConnection(providerID)?.amend(modelID, form) ?? form
  }

  async open(model: string, { client, signal, requestId }: LeaseOptions): Promise<Lease> {
    this.#lastModel = model
    const { forms, timeouts, retry, findConnection, log } = this.#options
    const place = await this.#pool.acquire(client, signal)
    const servedBy = this.name === 'serve' || !place.fresh ? 'serve' : 'run'
    const connection = findConnection(splitModelId(model).providerID)
    const lease = new ProcessLease({
      place,
      servedBy,
      model,
      connection,
      timeouts,
      retry,
      health: this.#health,
      signal,
      onRetry: (news) => log.warn(`${requestId} ${news}`),
    })
    try {
      if (this.#options.agent === undefined) await lease.learn(forms)
      return lease
    } catch (error) {
      lease.release()
      throw error
    }
  }

  async status(): Promise<EngineStatus> {
    const { installation } = this.#options
    const processes = this.#pool.members().flatMap(toProcess)
    const usage = await memoryOf(processes.map(({ pid }) => pid))
    const pool = this.#pool.status()
    return {
      name: this.name,
      mode: this.#degraded === undefined ? 'native' : 'plain',
      ready: isReady(pool),
      ...(this.#degraded === undefined ? {} : { degraded: this.#degraded }),
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      opencode: { path: installation.binary.path, version: installation.binary.version, ...(this.#misfit && { misfit: this.#misfit.why }) },
      pool,
      ...(this.#lastStart && { lastStart: this.#lastStart }),
      processes: processes.map((process) => ({ ...process, memory: usage[process.pid] })),
    }
  }

  drain(): Promise<void> {
    return this.#pool.drain()
  }

  get degraded(): string | undefined {
    return this.#degraded
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry)
    await this.#pool.close()
  }

  #createWorker(): Worker {
    const { installation, agent, create } = this.#options
    if (this.#degraded !== undefined) return new PlainWorker(installation, agent)
    const model = this.#modelToWarm()
    const worker = this.#question.take(model) ?? create(model)
    worker.ready.then(
      () => {
        this.#pluginFailures = 0
        this.#lastStart = worker.stages
        if (worker.stages) this.#options.onStarted?.(worker.stages)
      },
      (error: BridgeError) => this.#noteFailure(error),
    )
    return worker
  }

  #modelToWarm(): string {
    const models = this.models()
    return models.some(({ id }) => id === this.#lastModel) ? this.#lastModel! : this.#options.defaultModel(models)
  }

  #noteFailure(error: BridgeError): void {
    if (error.code !== 'plugin_failed' || this.#options.mode === 'native') return
    if (++this.#pluginFailures < PLUGIN_FAILURES || this.#degraded !== undefined) return
    this.#degrade(error.message)
    this.#pool.recycle()
  }

  #setDegraded(why: string | undefined): void {
    this.#degraded = why
    this.#pool.reshape(why === undefined ? this.#options.pool : this.#options.plainShape)
  }

  #degrade(why: string): void {
    this.#setDegraded(why)
    this.#options.log.warn(`PLAIN MODE: prompts are flattened to text, without tools, files or parameters. ${why} Run \`opencode-bridge doctor\`.`)
  }

  /** Whether no process needs to be started to know that our plugin will not work; in native mode it is tried all the same. */
  #isHopeless(): boolean {
    return this.#options.mode === 'auto' && this.#misfit?.tooOld === true
  }

  /** What is known stays as it is where it throws. */
  async #readModels({ keep }: { keep: boolean }): Promise<void> {
    const { installation, mode } = this.#options
    if (mode === 'plain') return installation.readModels('list')
    if (this.#isHopeless()) {
      await installation.readModels('list')
      if (this.#degraded === undefined) this.#degrade(`${this.#misfit!.why}.`)
      return
    }
    try {
      await installation.readModels((signal) => this.#question.ask(signal, { keep }))
      this.#setDegraded(undefined)
    } catch (error) {
      if (!(error instanceof BridgeError) || error.code !== 'plugin_failed' || mode === 'native') throw error
      await installation.readModels('list')
      this.#degrade(error.message)
    }
  }

  /**
   * The user logged in or changed the configuration: other models, and spares that know nothing of it. Where opencode does
   * not start with it, all goes on with the one of before, which is what processes are still started with.
   */
  async #reload(): Promise<void> {
    clearTimeout(this.#retry)
    try {
      // Its configuration is in a folder that is about to be the current one's.
      await this.#readModels({ keep: false })
    } catch (error) {
      // The daemon stops, which ends the reading as well.
      if (this.#pool.status().draining) return
      this.#setFault(`The changed opencode configuration could not be read; that of before stays in use. ${(error as Error).message}`)
      this.#retry = setTimeout(() => void this.#reload(), Math.min(FIRST_RETRY * 2 ** this.#failedReloads++, LAST_RETRY)).unref()
      return
    }
    this.#failedReloads = 0
    this.#setFault(undefined)
    this.#options.log.debug('opencode’s configuration changed; the spare processes are replaced')
    this.#options.forms.clear()
    this.#pool.recycle()
  }

  /** Said when it comes, and when it is another. */
  #setFault(fault: string | undefined): void {
    if (fault !== undefined && fault !== this.#fault) this.#options.log.warn(fault)
    this.#fault = fault
  }
}

function toProcess({ resource: { pid }, state, since, leases, worn, retiring }: PoolMember<Worker>): Omit<ProcessStatus, 'memory'>[] {
  if (pid === undefined) return []
  const word = retiring && state !== 'stopping' ? 'retiring' : state
  return [{ pid, state: word, requests: leases, fresh: !worn, age: Date.now() - since }]
}
