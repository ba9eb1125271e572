import type { Event } from '../core/event.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import type { PoolStatus } from '../pool/pool.ts'

/** Runs prompts on opencode. Wire formats and the server see nothing else of it. */
export interface Engine {
  readonly name: 'run' | 'serve'
  /** Reads the models and begins to warm processes; resolves when requests may be sent. */
  start(): Promise<void>
  /** The models of the user's opencode, as of the last change of its configuration. */
  models(): Model[]
  /**
   * Streams one answer. The stream ends with `finish` or throws a `BridgeError`.
   * Aborting `signal`, or leaving the iteration early, ends the process and the call to the provider.
   */
  generate(prompt: Prompt, options: GenerateOptions): AsyncIterable<Event>
  status(): Promise<EngineStatus>
  /** Refuses new requests and resolves when the running ones have ended. */
  drain(): Promise<void>
  /** Ends every process at once. */
  close(): Promise<void>
}

export interface GenerateOptions {
  signal: AbortSignal
  /** For the log. */
  requestId: string
}

export interface EngineStatus {
  name: string
  /** `native`: our plugin carries requests; `plain`: it could not load and prompts are flattened. */
  mode: 'native' | 'plain'
  /** Why the mode is `plain`, for people. */
  degraded?: string
  opencode: { path: string; version: string }
  pool: PoolStatus
  processes: ProcessStatus[]
}

export interface ProcessStatus {
  pid: number
  state: string
  /** Milliseconds since it was spawned. */
  age: number
  /** Resident bytes; undefined where the platform does not tell. */
  memory: number | undefined
}
