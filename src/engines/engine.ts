import type { CallEvent, CallForm, ProviderCall } from '../core/call.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import type { UsageNews } from '../core/usage.ts'
import type { PoolStatus } from '../pool/pool.ts'

/** How requests get their process: `run` one each, `serve` a resident one, `auto` one that is as good as new where one waits. */
export type EngineName = 'auto' | 'run' | 'serve'

/** Runs prompts on opencode. Client formats and the server see nothing else of it. */
export interface Engine {
  readonly name: EngineName
  /** Reads the models and begins to warm processes; resolves when requests may be sent, if only to wait for a process. */
  start(): Promise<void>
  /** Resolves once a request would be answered without a wait for a process, or when that will not be for now. */
  warmed(): Promise<void>
  /** The models of the user's opencode, as of the last change of its configuration. */
  models(): Model[]
  /** How a model's provider is called: null where there is only the session, undefined where it is not known yet. */
  formOf(model: string): CallForm | null | undefined
  /**
   * Takes a place for one request to a model, and learns how opencode calls its provider where that is not known yet.
   * Aborting `signal` ends the wait, and later whatever runs in the place.
   * @param model `provider/model`
   * @throws BridgeError when there is no place
   */
  open(model: string, options: LeaseOptions): Promise<Lease>
  /** Why requests run in plain mode, as long as they do. */
  readonly degraded: string | undefined
  status(): Promise<EngineStatus>
  /** Refuses new requests and resolves when the running ones have ended. */
  drain(): Promise<void>
  /** Ends every process at once. */
  close(): Promise<void>
}

export interface LeaseOptions {
  /** Whose request it is, by `Client.id`. */
  client: string
  signal: AbortSignal
  /** For the log. */
  requestId: string
}

/** One request's place in a worker. Its time limits run until it is released, which is the holder's to do. */
export interface Lease {
  /** How the model's provider is called; undefined where there is only the session. */
  readonly form: CallForm | undefined
  /** What serves it: a process to itself, in which no session was nor another client's call; or one that is shared. */
  readonly servedBy: 'run' | 'serve'
  /**
   * Calls the provider through opencode's login and connection. A piece is asked for only when the one before was
   * taken. Leaving early ends the call.
   * @throws BridgeError when there is no answer, or it breaks off
   */
  call(call: ProviderCall): AsyncIterable<CallEvent>
  /**
   * Streams one answer out of a session of opencode's. The stream ends with `finish` or throws a `BridgeError`. Leaving
   * it early ends the call to the provider.
   */
  generate(prompt: Prompt): AsyncIterable<AnswerEvent | UsageNews>
  /** Ends what still runs. Idempotent. */
  release(): void
}

export interface EngineStatus {
  name: string
  /** `native`: our plugin carries requests; `plain`: it could not load and prompts are flattened. */
  mode: 'native' | 'plain'
  /** Whether a request would be served now, if only after those that run. */
  ready: boolean
  /** Why the mode is `plain`, for people. */
  degraded?: string
  /** Why the user's changed configuration is not known yet, for people. */
  fault?: string
  /** `misfit`: that the version is not supported, for people. */
  opencode: { path: string; version: string; misfit?: string }
  pool: PoolStatus
  /** How long the last process took to start, in milliseconds: until our plugin was there, and until it was ready. */
  lastStart?: { hello: number; ready: number }
  processes: ProcessStatus[]
}

export interface ProcessStatus {
  pid: number
  /** `starting`, `idle`, `acquired`, `retiring` (ends with the last request in it) or `stopping`. */
  state: string
  /** In it at the moment. */
  requests: number
  /** Whether it had no session yet, and calls of one client at most. */
  fresh: boolean
  /** Milliseconds since it was spawned. */
  age: number
  /** Resident bytes; undefined where the platform does not tell. */
  memory: number | undefined
}
