import type { RecordSink, RequestRecord } from '../record.ts'

export interface AuditSinkOptions {
  /**
   * Writes records, each the JSON of one, in their order.
   * @throws Unacceptable, or another error after which they are written again
   */
  write(records: readonly string[]): Promise<void>
  /** Records that may wait for a place that fails or is slow; further ones are lost. */
  maxPending?: number
  /** Milliseconds before a failed write is tried again; doubled up to thirty seconds. */
  retryDelay?: number
  log: { warn(message: string): void; info(message: string): void }
}

/** In records. */
export interface AuditStatus {
  /** Since the start of the daemon. */
  written: number
  pending: number
  lost: number
  /** Why nothing is written at the moment, for people. */
  fault?: string
}

const BATCH = 200
const MAX_PENDING = 10_000
const RETRY_DELAY = 1_000
const LONGEST_DELAY = 30_000

/** What the place that is written to will never take: it is lost, and the next is written. */
export class Unacceptable extends Error {}

/**
 * Hands every record of a request on, as JSON: it has no word of a prompt or an answer, see `RequestRecord`. One waits only
 * while others are written. A place that fails is told of once, and again when it works; so is what was lost.
 */
export class AuditSink implements RecordSink {
  readonly #options: AuditSinkOptions
  readonly #pending: string[] = []
  #writing: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #failures = 0
  #written = 0
  #lost = 0
  #fault: string | undefined
  /** What was warned of since all was written last. */
  readonly #warned = new Set<'fault' | 'full'>()

  constructor(options: AuditSinkOptions) {
    this.#options = options
  }

  record(record: RequestRecord): void {
    if (this.#pending.length < (this.#options.maxPending ?? MAX_PENDING)) this.#pending.push(JSON.stringify(record))
    else {
      this.#lost++
      this.#warn('full', 'has no room for what waits; records are lost from now on.')
    }
    if (this.#retry === undefined) this.#write()
  }

  status(): AuditStatus {
    return { written: this.#written, pending: this.#pending.length, lost: this.#lost, ...(this.#fault !== undefined && { fault: this.#fault }) }
  }

  /** Writes what waits, once; what cannot be written is lost. */
  async close(): Promise<void> {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#write()
    while (this.#writing) await this.#writing
    clearTimeout(this.#retry)
    const left = this.#pending.splice(0).length
    this.#lost += left
    if (left > 0) this.#options.log.warn(`The audit could not be written to its end: ${left} records are lost.`)
  }

  #write(): void {
    if (this.#pending.length > 0) this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined))
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const batch = this.#pending.slice(0, BATCH)
        await this.#writeBatch(batch)
        this.#pending.splice(0, batch.length)
        this.#fault = undefined
        this.#failures = 0
      }
      this.#recovered()
    } catch (error) {
      this.#failed(error)
    }
  }

  async #writeBatch(batch: readonly string[]): Promise<void> {
    try {
      await this.#options.write(batch)
      this.#written += batch.length
    } catch (error) {
      if (!(error instanceof Unacceptable)) throw error
      this.#lost += batch.length
      this.#options.log.warn(`The audit has lost ${batch.length} records: ${error.message}`)
    }
  }

  #warn(of: 'fault' | 'full', words: string): void {
    if (!this.#warned.has(of)) this.#options.log.warn(`The audit ${words}`)
    this.#warned.add(of)
  }

  #recovered(): void {
    if (this.#warned.size > 0) this.#options.log.info(`The audit is written again${this.#lost > 0 ? `; ${this.#lost} records are lost` : ''}.`)
    this.#warned.clear()
  }

  #failed(error: unknown): void {
    const reason = (error as Error).message
    this.#warn('fault', `cannot be written; answers go on: ${reason}`)
    this.#fault = reason
    const delay = Math.min((this.#options.retryDelay ?? RETRY_DELAY) * 2 ** this.#failures++, LONGEST_DELAY)
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#write()
    }, delay)
    this.#retry.unref()
  }
}
