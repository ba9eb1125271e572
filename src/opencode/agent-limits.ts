import { BridgeError } from '../core/errors.ts'
import type { AgentCall } from './agent-call.ts'

/** Sessions that may be there at a time; they live in the server's memory. */
const MAX_SESSIONS = 1_000

/** Milliseconds for calls that neither wait for a model nor stream. */
export const CALL_TIMEOUT = 30_000

export interface AgentLimitsOptions {
  /** Milliseconds for the answer to a message, with all that an agent does for it. */
  messageTimeout: number
  /** Messages that may be answered at a time. */
  concurrency: number
  /** Resident bytes beyond which the server takes neither messages nor sessions. */
  maxMemory: number
}

/** What a server of sessions has to do, and what it may have to. */
export class AgentLimits {
  readonly #options: AgentLimitsOptions
  sessions = 0
  /** Messages that are being answered. */
  answering = 0
  /** Resident bytes, as of the last look. */
  memory: number | undefined

  constructor(options: AgentLimitsOptions) {
    this.#options = options
  }

  /** Whether it has nothing to do and takes too much memory for that. */
  get useless(): boolean {
    return this.sessions === 0 && this.answering === 0 && this.#isFull
  }

  /** @throws BridgeError 429 or 503 for a call that there is no place for */
  admit(call: AgentCall): void {
    const { concurrency } = this.#options
    if (call === 'create' && this.sessions >= MAX_SESSIONS) throw overloaded(429, `there are ${MAX_SESSIONS} sessions; delete those that are done`)
    if (call === 'message' && this.answering >= concurrency) throw overloaded(429, `${concurrency} messages are being answered (workerConcurrency)`)
    if ((call === 'message' || call === 'create') && this.#isFull) {
      throw overloaded(503, `the sessions take ${Math.round(this.memory! / 2 ** 20)} MB (maxWorkerMemory); delete those that are done`)
    }
  }

  /** How long a call may take, in milliseconds; undefined where that is the client's to say. */
  timeOf(call: AgentCall): number | undefined {
    if (call === 'events') return undefined
    return call === 'message' ? this.#options.messageTimeout : CALL_TIMEOUT
  }

  /** @returns to be called when the call is over; again, it does nothing */
  begin(call: AgentCall): () => void {
    let open = call === 'message'
    if (open) this.answering++
    return () => {
      if (open) this.answering--
      open = false
    }
  }

  succeeded(call: AgentCall): void {
    if (call === 'create') this.sessions++
    if (call === 'remove') this.sessions--
  }

  /** The server has ended, and its sessions with it. */
  reset(): void {
    this.sessions = 0
    this.memory = undefined
  }

  get #isFull(): boolean {
    return (this.memory ?? 0) > this.#options.maxMemory
  }
}

function overloaded(status: 429 | 503, why: string): BridgeError {
  return new BridgeError(`The bridge takes no more of this at the moment: ${why}.`, { code: 'bridge_overloaded', status, retryAfter: 1000 })
}
