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

  /** `onLeave` is called once, when the place is free again. */
  constructor(worker: ResidentWorker, onLeave: () => void) {
    this.#worker = worker
    this.ready = worker.ready
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve
    })
    this.exited = Promise.race([left, worker.exited]).then(onLeave)
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
    this.#leave()
    return this.exited
  }
}
