import pidusage from 'pidusage'
import { BridgeError } from '../core/errors.ts'
import type { CallForm } from '../core/call.ts'
import type { FindConnection } from '../core/connection.ts'
import type { Model } from '../core/model.ts'
import { type Installation, splitModelId } from '../opencode/installation.ts'
import { type Misfit, misfitOf } from '../opencode/supported.ts'
import type { RetryPolicy } from '../plugin/contract.ts'
import { Pool, type PoolOptions, type PoolSize } from '../pool/pool.ts'
import { isReady } from '../pool/readiness.ts'
import type { Timeouts } from './deadlines.ts'
import type { Engine, EngineStatus, Lease, LeaseOptions } from './engine.ts'
import type { FormTable } from './form-table.ts'
import { ProcessLease } from './process-lease.ts'
import { ProviderHealth } from './provider-health.ts'
import { PlainWorker } from './run/plain-worker.ts'
import type { Worker, WorkerSource } from './worker.ts'

/** Milliseconds until a configuration that could not be read is read again, the first time and at most. */
const FIRST_RETRY = 5_000
const LAST_RETRY = 5 * 60_000

/** So many processes in a row whose plugin did not work prove that it will not. */
const PLUGIN_FAILURES = 2

export interface ProcessEngineOptions {
  source: WorkerSource
  /** What the source's workers tell of how models are called. */
  forms: FormTable
  installation: Installation
  pool: Omit<PoolOptions<Worker>, 'create' | 'onError'>
  /** The pool's size in plain mode, where every request takes a process of its own. */
  plainSize: PoolSize
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
  log: EngineLog
}

export interface EngineLog {
  warn(message: string): void
  debug(message: string): void
}

/**
 * Runs prompts in opencode processes. How those live is the `WorkerSource`'s to know; the queue, the time limits, the
 * models and what to do about an opencode that our plugin does not fit are the same for all.
 */
export class ProcessEngine implements Engine {
  readonly #options: ProcessEngineOptions
  readonly #pool: Pool<Worker>
  readonly #misfit: Misfit | undefined
  readonly #health: ProviderHealth
  #degraded: string | undefined
  #pluginFailures = 0
  #lastModel: string | undefined
  #fault: string | undefined
  #retry: NodeJS.Timeout | undefined
  #failedReloads = 0

  constructor(options: ProcessEngineOptions) {
    this.#options = options
    this.#health = new ProviderHealth(options.freeRetries)
    this.#misfit = misfitOf(options.installation.binary.version)
    this.#pool = new Pool<Worker>({
      ...options.pool,
      create: () => this.#createWorker(),
      onError: (error) => options.log.warn(error instanceof Error ? error.message : String(error)),
    })
    if (options.mode === 'plain') this.#setDegraded('plain mode was asked for')
  }

  get name(): 'run' | 'serve' {
    return this.#options.source.name
  }

  async start(): Promise<void> {
    if (this.#misfit && this.#options.mode !== 'plain' && !this.#isHopeless()) this.#options.log.warn(`${this.#misfit.why}.`)
    await this.#readModels()
    if (this.#degraded === undefined) this.#startSource()
    this.#pool.start()
    this.#options.installation.watch({
      onChange: () => void this.#reload(),
      onFault: (error) => this.#setFault(error && `opencode’s configuration cannot be read: ${error.message}`),
    })
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

  async open(model: string, { signal, requestId }: LeaseOptions): Promise<Lease> {
    this.#lastModel = model
    const { forms, timeouts, retry, findConnection, log } = this.#options
    const worker = await this.#pool.acquire(signal)
    const connection = findConnection(splitModelId(model).providerID)
    const lease = new ProcessLease({
      worker,
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
    const { installation, source } = this.#options
    const processes = source.processes(this.#pool.members())
    const usage = await memoryOf(processes.map(({ pid }) => pid))
    const pool = this.#pool.status()
    return {
      name: this.name,
      mode: this.#degraded === undefined ? 'native' : 'plain',
      ready: isReady(pool) && (this.#degraded !== undefined || source.ready),
      ...(this.#degraded === undefined ? {} : { degraded: this.#degraded }),
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      opencode: { path: installation.binary.path, version: installation.binary.version, ...(this.#misfit && { misfit: this.#misfit.why }) },
      pool,
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
    await Promise.all([this.#pool.close(), this.#options.source.close()])
  }

  #createWorker(): Worker {
    const { installation, agent, source } = this.#options
    if (this.#degraded !== undefined) return new PlainWorker(installation, agent)
    const worker = source.create(this.#modelToWarm())
    worker.ready.then(
      () => {
        this.#pluginFailures = 0
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
    this.#pool.resize(why === undefined ? this.#options.pool : this.#options.plainSize)
    if (why !== undefined) this.#options.source.pause()
  }

  #startSource(): void {
    this.#options.source.start(() => this.#modelToWarm())
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
  async #readModels(): Promise<void> {
    const { installation, mode } = this.#options
    if (mode === 'plain') return installation.readModels('list')
    if (this.#isHopeless()) {
      await installation.readModels('list')
      if (this.#degraded === undefined) this.#degrade(`${this.#misfit!.why}.`)
      return
    }
    try {
      await installation.readModels('plugin')
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
    const wasPlain = this.#degraded !== undefined
    clearTimeout(this.#retry)
    try {
      await this.#readModels()
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
    if (this.#degraded !== undefined) return
    if (wasPlain) this.#startSource()
    else this.#options.source.recycle()
  }

  /** Said when it comes, and when it is another. */
  #setFault(fault: string | undefined): void {
    if (fault !== undefined && fault !== this.#fault) this.#options.log.warn(fault)
    this.#fault = fault
  }
}

async function memoryOf(pids: number[]): Promise<Record<number, number | undefined>> {
  if (pids.length === 0) return {}
  // It holds a file open for each process it has seen, for so many milliseconds. A process may end while it is looked at.
  const usage = await pidusage(pids, { maxage: 1000 }).catch(() => ({}) as Record<string, { memory: number } | undefined>)
  return Object.fromEntries(pids.map((pid) => [pid, usage[pid]?.memory]))
}
