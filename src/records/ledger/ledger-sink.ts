import { DAY_MS } from '../../core/calendar.ts'
import type { LedgerRow, LedgerStore } from '../../storage/ledger-store.ts'
import type { RecordSink, RequestRecord } from '../record.ts'
import { type Bookkeeping, toLedgerRows } from './rows.ts'

export interface LedgerSinkOptions extends Bookkeeping {
  store: LedgerStore
  /** Days that rows are kept; their sums stay. */
  retention: number
  /** Rows that may wait for a database that fails; further ones are lost. */
  maxPending?: number
  /** Milliseconds before a failed write is tried again; doubled up to thirty seconds. */
  retryDelay?: number
  log: { warn(message: string): void; info(message: string): void }
  now?(): number
}

export interface LedgerStatus {
  /** Rows since the start of the daemon. */
  written: number
  pending: number
  lost: number
  /** Why nothing is written at the moment, for people. */
  fault?: string
}

const MAX_PENDING = 10_000
const RETRY_DELAY = 1_000
const LONGEST_DELAY = 30_000
const BATCH = 1_000
const PRUNE_EVERY = 60 * 60_000

/**
 * Writes the books beside the answers: a row waits only while another is being written, so that a process that is
 * killed loses no more than what was under way. A database that fails is told of once, and again when it works.
 */
export class LedgerSink implements RecordSink {
  readonly #options: LedgerSinkOptions
  readonly #pending: LedgerRow[] = []
  #writing: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #failures = 0
  #written = 0
  #lost = 0
  #fault: string | undefined
  #prunedAt = Number.NEGATIVE_INFINITY

  constructor(options: LedgerSinkOptions) {
    this.#options = options
  }

  record(record: RequestRecord): void {
    for (const row of toLedgerRows(record, this.#options)) {
      if (this.#pending.length < (this.#options.maxPending ?? MAX_PENDING)) this.#pending.push(row)
      else this.#lost++
    }
    if (this.#retry === undefined) this.#write()
  }

  status(): LedgerStatus {
    return { written: this.#written, pending: this.#pending.length, lost: this.#lost, ...(this.#fault !== undefined && { fault: this.#fault }) }
  }

  /** Writes what waits, once; what cannot be written is lost. */
  async close(): Promise<void> {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#write()
    while (this.#writing) await this.#writing
    clearTimeout(this.#retry)
    this.#lost += this.#pending.splice(0).length
  }

  #write(): void {
    if (this.#pending.length > 0) this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined))
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const batch = this.#pending.slice(0, BATCH)
        await this.#options.store.append(batch)
        this.#pending.splice(0, batch.length)
        this.#written += batch.length
        this.#recovered()
      }
      await this.#prune()
    } catch (error) {
      this.#failed(error)
    }
  }

  #recovered(): void {
    if (this.#fault !== undefined) this.#options.log.info(`The ledger is written again${this.#lost > 0 ? `; ${this.#lost} rows are lost` : ''}.`)
    this.#fault = undefined
    this.#failures = 0
  }

  #failed(error: unknown): void {
    const reason = (error as Error).message
    if (this.#fault === undefined) this.#options.log.warn(`The ledger cannot be written; answers go on: ${reason}`)
    this.#fault = reason
    const delay = Math.min((this.#options.retryDelay ?? RETRY_DELAY) * 2 ** this.#failures++, LONGEST_DELAY)
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#write()
    }, delay)
    this.#retry.unref()
  }

  /** Once an hour, by a few rows at a time, between which others write. */
  async #prune(): Promise<void> {
    const now = (this.#options.now ?? Date.now)()
    if (now - this.#prunedAt < PRUNE_EVERY) return
    this.#prunedAt = now
    const before = now - this.#options.retention * DAY_MS
    while ((await this.#options.store.prune(before, BATCH)) === BATCH && this.#pending.length === 0);
  }
}
