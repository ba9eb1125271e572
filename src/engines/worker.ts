import type { ProviderCall } from '../core/call.ts'
import type { ProcessExit } from '../opencode/process.ts'
import type { Envelope, ModelRef } from '../plugin/contract.ts'
import type { ProbedProvider } from '../plugin/probed-models.ts'
import type { PoolResource } from '../pool/pool.ts'
import type { FrameQueue } from './frame-queue.ts'
import type { StartStages } from './plugin-process.ts'

/** One that tells of the user's models before it gets ready. */
export interface AskedWorker extends Worker {
  /** Rejects as `ready` does. */
  readonly models: Promise<ProbedProvider[]>
  /** Lets it get ready, with a model whose code paths are warmed. */
  warm(model: string): void
}

/** A process that requests run in, as the pool keeps them. */
export interface Worker extends PoolResource {
  readonly pid: number | undefined
  /** Begins a request in a session; its news end with `done`, or the queue closes early because the process has gone. */
  submit(envelope: Envelope): FrameQueue
  /** Asks how opencode calls a model's provider; absent where the plugin is. */
  learn?(id: string, model: ModelRef): FrameQueue
  /** Calls a model's provider. */
  call?(id: string, model: ModelRef, call: ProviderCall): FrameQueue
  /** So many bytes of the answer to a call were taken. */
  credit?(id: string, bytes: number): void
  /** Ends a request that nobody waits for any more; without effect on one that is over. */
  abort?(id: string): void
  /** Why it should be replaced, if it should, after so many milliseconds without a lease. */
  fault?(idle: number): Promise<string | undefined>
  /** How long its start took, once it is ready. */
  readonly stages?: StartStages | undefined
  /** How the process ended; awaited only after its queue has closed. */
  readonly exit: Promise<ProcessExit>
}
