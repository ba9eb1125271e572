import type { Envelope } from '../../plugin/contract.ts'
import type { PoolResource } from '../../pool/pool.ts'
import type { ProcessExit } from '../../opencode/process.ts'
import type { FrameQueue } from '../frame-queue.ts'

/** One place for one request, as the pool keeps them. */
export interface Worker extends PoolResource {
  /** Undefined while no process runs in it. */
  readonly pid: number | undefined
  /** Begins the request; its frames end with `done`, or the queue closes early because the process has gone. */
  submit(envelope: Envelope): FrameQueue
  /** How the process ended; awaited only after its queue has closed. */
  readonly exit: Promise<ProcessExit>
}
