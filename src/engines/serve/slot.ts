import type { ProcessExit } from '../../opencode/process.ts'
import type { Envelope } from '../../plugin/contract.ts'
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
  #request: string | undefined
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
    this.#request = envelope.id
    return this.#worker.submit(envelope)
  }

  stop(): Promise<void> {
    if (this.#request !== undefined) this.#worker.abort(this.#request)
    this.leave()
    return this.exited
  }

  /** Frees the place. Not a reaction to the worker's end, which would keep every request of its life in memory. */
  leave(): void {
    this.#leave()
  }
}
