import type { Lane } from '../core/lane.ts'

/** A request for an answer that runs. */
export interface RequestInFlight {
  requestId: string
  /** Unix time in milliseconds. */
  startedAt: number
  /** Who asks: what people call the client, or its id; absent where it was let in unasked. */
  client?: string
  /** What its program calls itself. */
  userAgent?: string
  path: string
  format?: string
  streamed: boolean
  /** The model that is asked. */
  model: string
  /** Absent while it waits for a place. */
  engine?: 'run' | 'serve'
  lane?: Lane
  /** Models that were asked in vain before. */
  failedModels: number
  /** Of the answer so far, an estimate. */
  tokens: number
  /** Milliseconds to the first piece of the answer; absent where none has come. */
  firstToken?: number
  /** Since then. */
  tokensPerSecond?: number
}
