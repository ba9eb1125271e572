import type { ProviderCall } from '../../core/call.ts'
import type { ProcessExit } from '../../opencode/process.ts'
import type { Envelope, ModelRef } from '../../plugin/contract.ts'
import type { FrameQueue } from '../frame-queue.ts'
import type { Worker } from '../worker.ts'
import type { ResidentWorker } from './resident-worker.ts'

/** A place for one request in a resident worker. */
export class Slot implements Worker {
  /** The process is not its own. */
  readonly pid = undefined
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  readonly #worker: ResidentWorker
  readonly #requests = new Set<string>()
  #leave: () => void = () => {}

  constructor(worker: ResidentWorker) {
    this.#worker = worker
    this.ready = worker.ready
    this.exited = new Promise((resolve) => {
      this.#leave = resolve
    })
  }

  get exit(): Promise<ProcessExit> {
    return this.#worker.exit
  }

  submit(envelope: Envelope): FrameQueue {
    this.#requests.add(envelope.id)
    return this.#worker.submit(envelope, { prompt: false })
  }

  learn(id: string, model: ModelRef): FrameQueue {
    return this.#worker.learn(id, model)
  }

  call(id: string, model: ModelRef, call: ProviderCall): FrameQueue {
    this.#requests.add(id)
    return this.#worker.call(id, model, call)
  }

  credit(id: string, bytes: number): void {
    this.#worker.credit(id, bytes)
  }

  stop(): Promise<void> {
    for (const id of this.#requests) this.#worker.abort(id)
    this.leave()
    return this.exited
  }

  /** Frees the place. Not a reaction to the worker's end, which would keep every request of its life in memory. */
  leave(): void {
    this.#leave()
  }
}
