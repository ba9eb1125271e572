import type { ProviderCall } from '../core/call.ts'
import type { Envelope, ModelRef } from '../plugin/contract.ts'
import type { PoolMember, PoolResource } from '../pool/pool.ts'
import type { ProcessExit } from '../opencode/process.ts'
import type { ProcessStatus } from './engine.ts'
import type { FrameQueue } from './frame-queue.ts'

/** One place for one request, as the pool keeps them. */
export interface Worker extends PoolResource {
  /** The process of its own, if it has one and it runs. */
  readonly pid: number | undefined
  /** Begins a request in a session; its news end with `done`, or the queue closes early because the process has gone. */
  submit(envelope: Envelope): FrameQueue
  /** Asks how opencode calls a model's provider; absent where the plugin is. */
  learn?(id: string, model: ModelRef): FrameQueue
  /** Calls a model's provider. */
  call?(id: string, model: ModelRef, call: ProviderCall): FrameQueue
  /** So many bytes of the answer to a call were taken. */
  credit?(id: string, bytes: number): void
  /** How the process ended; awaited only after its queue has closed. */
  readonly exit: Promise<ProcessExit>
}

/** Where an engine's workers come from: the part in which engines differ. */
export interface WorkerSource {
  readonly name: 'run' | 'serve'
  /** Whether a worker could answer, as far as they are not the pool's to warm. */
  readonly ready: boolean
  /** Begins to warm what is not the pool's to warm, also after `pause`; `model` is the one whose code paths are warmed. */
  start(model: () => string): void
  create(model: string): Worker
  /** The processes that run, those of `members` among them; without their memory, which is measured once for all. */
  processes(members: PoolMember<Worker>[]): Omit<ProcessStatus, 'memory'>[]
  /** Replaces processes that know an old configuration, without ending a request. */
  recycle(): void
  /** Starts no more processes, and lets those there are end with their last request. */
  pause(): void
  close(): Promise<void>
}
