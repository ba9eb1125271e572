import { memoryOf } from '../opencode/process-memory.ts'
import type { Envelope } from '../plugin/contract.ts'
import type { FrameQueue } from './frame-queue.ts'
import { PluginProcess, type PluginProcessOptions } from './plugin-process.ts'
import { oneShotStart, sharedStart } from './starts.ts'
import type { Worker } from './worker.ts'

/** So many looks in a row must find no answer before a worker counts as hung. */
const MAX_FAILED_CHECKS = 2

export interface NativeWorkerOptions extends PluginProcessOptions {
  /** Whether it serves several requests; else the one that is its prompt, or as many calls to providers as that one makes. */
  shared: boolean
  /** Resident bytes beyond which it is to be replaced. */
  maxMemory: number
  /** Milliseconds without a request until one is replaced that has told of the models: it has opencode's whole catalogue of them, which takes 150 MB. */
  askedIdle: number
}

/** An opencode with our plugin that has done all it can do before it has a request. */
export class NativeWorker extends PluginProcess implements Worker {
  readonly #shared: boolean
  readonly #maxMemory: number
  readonly #askedIdle: number | undefined
  #failedChecks = 0

  constructor({ shared, maxMemory, askedIdle, ...options }: NativeWorkerOptions) {
    super(options, (shared ? sharedStart : oneShotStart)(options))
    this.#shared = shared
    this.#maxMemory = maxMemory
    this.#askedIdle = options.model === undefined ? askedIdle : undefined
  }

  submit(envelope: Envelope): FrameQueue {
    return this.begin(envelope, { prompt: !this.#shared })
  }

  async fault(idle: number): Promise<string | undefined> {
    if (this.#askedIdle !== undefined && idle > this.#askedIdle) return 'it has the whole catalogue of models'
    if (!this.#shared) return undefined
    const memory = this.pid === undefined ? undefined : (await memoryOf([this.pid]))[this.pid]
    if (memory !== undefined && memory > this.#maxMemory) return `it takes ${Math.round(memory / 2 ** 20)} MB`
    this.#failedChecks = (await this.answers()) ? 0 : this.#failedChecks + 1
    return this.#failedChecks >= MAX_FAILED_CHECKS ? 'it does not answer' : undefined
  }

  stop(): Promise<void> {
    return this.kill()
  }
}
