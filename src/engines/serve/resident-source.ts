import pidusage from 'pidusage'
import type { ProcessStatus } from '../engine.ts'
import type { PluginProcessOptions } from '../plugin-process.ts'
import type { Worker, WorkerSource } from '../worker.ts'
import { ResidentWorker } from './resident-worker.ts'
import { Slot } from './slot.ts'

export interface ResidentSourceOptions extends Omit<PluginProcessOptions, 'model'> {
  /** How many workers at most. */
  workers: number
  /** How many requests at a time in each. */
  concurrency: number
  /** Milliseconds after which a worker is replaced. */
  maxLifetime: number
  /** Resident bytes beyond which a worker is replaced. */
  maxMemory: number
  /** Milliseconds between two looks at age, memory and health. */
  checkInterval?: number
  log: { warn(message: string): void; debug(message: string): void }
}

const CHECK_INTERVAL = 15_000
/** So many health checks in a row must fail before a worker counts as hung. */
const MAX_FAILED_CHECKS = 2
const FIRST_RESTART_DELAY = 500
const MAX_RESTART_DELAY = 30_000

interface Resident {
  worker: ResidentWorker
  slots: Set<Slot>
  /** Whether it could answer. */
  ready: boolean
  failedChecks: number
  /** Takes no more requests, and ends with its last one. */
  retiring: boolean
}

/** Engine `serve`: a few resident workers that share the requests, each the least loaded one's. */
export class ResidentSource implements WorkerSource {
  readonly name = 'serve'
  readonly #options: ResidentSourceOptions
  readonly #residents = new Set<Resident>()
  #model: () => string = () => ''
  #checks: NodeJS.Timeout | undefined
  #restart: NodeJS.Timeout | undefined
  #failures = 0
  /** Whether one of them ever got ready. */
  #proven = false
  #running = false

  constructor(options: ResidentSourceOptions) {
    this.#options = options
  }

  /** One that ended has a successor at once, which requests wait for; unless that failed to start. */
  get ready(): boolean {
    return this.#active().some(({ ready }) => ready) || (this.#proven && this.#failures === 0)
  }

  start(model: () => string): void {
    this.#model = model
    this.#running = true
    this.#trySpawn()
    this.#scheduleCheck()
  }

  create(): Worker {
    const resident = this.#pick()
    const slot = new Slot(resident.worker)
    resident.slots.add(slot)
    void slot.exited.then(() => {
      resident.slots.delete(slot)
      this.#endRetired(resident)
    })
    return slot
  }

  processes(): Omit<ProcessStatus, 'memory'>[] {
    return [...this.#residents].flatMap(({ worker: { pid, spawnedAt }, slots, retiring }) =>
      pid === undefined ? [] : [{ pid, state: retiring ? 'retiring' : `${slots.size} requests`, age: Date.now() - spawnedAt }],
    )
  }

  recycle(): void {
    for (const resident of this.#active()) this.#retire(resident)
    if (this.#running) this.#trySpawn()
  }

  pause(): void {
    this.#running = false
    clearTimeout(this.#checks)
    clearTimeout(this.#restart)
    for (const resident of this.#active()) this.#retire(resident)
  }

  async close(): Promise<void> {
    this.pause()
    await Promise.all([...this.#residents].map(({ worker }) => worker.kill()))
  }

  #active(): Resident[] {
    return [...this.#residents].filter(({ retiring }) => !retiring)
  }

  /** The least loaded worker; another one where all are full and there may be more. */
  #pick(): Resident {
    const active = this.#active().toSorted((a, b) => a.slots.size - b.slots.size)
    const [least] = active
    const full = !least || least.slots.size >= this.#options.concurrency
    return full && active.length < this.#options.workers ? this.#spawn() : (least ?? this.#spawn())
  }

  #spawn(): Resident {
    const worker = new ResidentWorker({ ...this.#options, model: this.#model() })
    const resident: Resident = { worker, slots: new Set(), ready: false, failedChecks: 0, retiring: false }
    this.#residents.add(resident)
    worker.ready.then(
      () => {
        this.#failures = 0
        this.#proven = true
        resident.ready = true
      },
      () => {
        this.#failures++
      },
    )
    void worker.exited.then(() => this.#onExit(resident))
    return resident
  }

  #onExit(resident: Resident): void {
    const running = resident.slots.size
    this.#residents.delete(resident)
    for (const slot of resident.slots) slot.leave()
    if (!this.#running || resident.retiring || this.#active().length > 0) return
    this.#options.log.warn(`An opencode worker (pid ${resident.worker.pid}) ended with ${running} requests in it; another one is started.`)
    this.#scheduleRestart()
  }

  #scheduleRestart(): void {
    const delay = this.#failures === 0 ? 0 : Math.min(MAX_RESTART_DELAY, FIRST_RESTART_DELAY * 2 ** (this.#failures - 1))
    clearTimeout(this.#restart)
    this.#restart = setTimeout(() => {
      if (this.#active().length === 0) this.#trySpawn()
    }, delay)
  }

  /** Where nobody waits for it: what the system cannot start now is tried again. */
  #trySpawn(): Resident | undefined {
    try {
      return this.#spawn()
    } catch (error) {
      this.#failures++
      this.#options.log.warn(`An opencode worker could not be started: ${(error as Error).message}`)
      this.#scheduleRestart()
      return undefined
    }
  }

  /** A successor is warm before it is needed; the old one serves out what it has. */
  #retire(resident: Resident): void {
    resident.retiring = true
    this.#endRetired(resident)
  }

  #endRetired({ worker, slots, retiring }: Resident): void {
    if (retiring && slots.size === 0) void worker.kill()
  }

  /** Never two at a time: a successor that takes long would get successors of its own. */
  #scheduleCheck(): void {
    clearTimeout(this.#checks)
    this.#checks = setTimeout(async () => {
      await this.#check()
      if (this.#running) this.#scheduleCheck()
    }, this.#options.checkInterval ?? CHECK_INTERVAL).unref()
  }

  async #check(): Promise<void> {
    for (const resident of this.#active()) {
      const why = await this.#fault(resident)
      if (why === undefined || resident.retiring || !this.#running) continue
      this.#options.log.debug(`An opencode worker (pid ${resident.worker.pid}) is replaced: ${why}.`)
      // Where the successor does not get ready, the old one is still the better of the two.
      await this.#trySpawn()?.worker.ready.then(
        () => this.#retire(resident),
        () => {},
      )
    }
  }

  async #fault(resident: Resident): Promise<string | undefined> {
    const { worker } = resident
    const { maxLifetime, maxMemory } = this.#options
    if (Date.now() - worker.spawnedAt > maxLifetime) return 'it is old'
    const usage = worker.pid === undefined ? undefined : await pidusage(worker.pid, { maxage: 1000 }).catch(() => undefined)
    if (usage && usage.memory > maxMemory) return `it takes ${Math.round(usage.memory / 2 ** 20)} MB`
    resident.failedChecks = (await worker.isHealthy()) ? 0 : resident.failedChecks + 1
    return resident.failedChecks >= MAX_FAILED_CHECKS ? 'it does not answer' : undefined
  }
}
