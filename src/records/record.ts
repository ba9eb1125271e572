import type { Client } from '../access/client.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { Lane } from '../core/lane.ts'
import type { Usage } from '../core/usage.ts'
import type { TraceParent } from './trace-parent.ts'

/**
 * What is known of one request to the daemon when it is over: of every request, also of one that asked no model or was
 * refused. It has no word of a prompt or an answer, and no credential: what has been recorded may be kept and shown.
 */
export interface RequestRecord {
  /** As `x-request-id` tells the client, whose own it may be: two requests may share it. */
  requestId: string
  /** Unix time of its arrival in milliseconds. */
  startedAt: number
  method: string
  /** Without the query, which may hold a key; of Gemini's routes it names the model. */
  path: string
  /** The pattern of the route that took it, of which there are only so many; absent where none did. */
  route?: string
  /** The HTTP status; a stream that fails after it began has 200 and another outcome than `finished`. */
  status: number
  /** Who asked; absent where the request was let in unasked, or turned away. */
  client?: Client
  /** What its program calls itself, shortened. */
  userAgent?: string
  /** What of the client's it is a part of. */
  trace?: TraceParent
  /** `Protocol.name` of the client's format; absent at routes that have none. */
  format?: string
  /** Whether the client wanted a stream. */
  streamed: boolean
  /** As the client named it; absent where it named none, or nothing was asked. */
  modelAsked?: string
  /** The id of the model that answered, or was the last to be asked; with it are `provider`, and where a place was taken `engine` and `lane`. */
  model?: string
  provider?: string
  engine?: 'run' | 'serve'
  lane?: Lane
  /** The most that any attempt had replaced in its prompt; absent where nothing was. */
  redacted?: number
  /** Of all attempts together. Prices differ by model, so costs are summed over `attempts`. */
  usage: RecordedUsage
  /** One for each model that was asked, in their order: all but the last gave no answer. Empty where none was asked. */
  attempts: readonly Attempt[]
  /** Names of what of the request had no effect, and what was asked otherwise than the client wanted; absent where there was none. */
  ignored?: readonly string[]
  adjusted?: readonly string[]
  times: RecordedTimes
  outcome: Outcome
}

/** What came of one model. */
export interface Attempt {
  /** `provider/model` */
  model: string
  provider: string
  /** Absent where no place was taken. */
  engine?: 'run' | 'serve'
  lane?: Lane
  /** How often a provider was asked for an answer: once for each choice, and again where the bridge objected to one. */
  calls: number
  /** How often such a call was repeated, which providers seldom charge for. */
  retries: number
  /** Places in the prompt that `redact` replaced before it left, as the most of its calls had; absent where there was none. */
  redacted?: number
  usage: RecordedUsage
  /** Why it gave no answer, or only a part. */
  error?: { code: ErrorCode; status: number }
}

/** Tokens, zero where nobody told; see `Usage` for what includes what. */
export interface RecordedUsage extends Usage {
  status: UsageStatus
}

/**
 * - `reported`: each call to a provider ended, and its provider told what it used; what called nobody used nothing, too
 * - `partial`: what providers told so far; a call was ended before its end, failed or told nothing, so there may be more
 * - `estimated`: nobody told, and the bridge has counted
 * - `none`: a provider was called, and nobody told anything
 */
export type UsageStatus = 'reported' | 'partial' | 'estimated' | 'none'

/** Milliseconds, to a tenth. */
export interface RecordedTimes {
  /** From asking for a place in a worker to having it, of all attempts together; absent where none was asked for. */
  queued?: number
  /** From the arrival of the request to the first piece of its answer; absent where none came. */
  firstToken?: number
  /** From its arrival to the last byte of the answer that the client took, or to its end without one. */
  total: number
}

export type Outcome =
  | { type: 'finished' }
  /** The client is gone. */
  | { type: 'cancelled' }
  /** A limit of ours ended it: `timeout`, `upload_timeout`, … */
  | { type: 'timeout'; code: ErrorCode; status: number }
  | { type: 'error'; code: ErrorCode; status: number }

/** Gets each record once. */
export interface RecordSink {
  /**
   * Takes a record, on the way of a request: it returns at once and throws nothing. What takes time or may fail, a sink
   * queues and counts by itself.
   */
  record(record: RequestRecord): void
}
