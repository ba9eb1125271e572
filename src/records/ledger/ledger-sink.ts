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
  /** Milliseconds between two transactions, unless many rows wait. */
  spacing?: number
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
const SPACING = 10
const BATCH = 500
const PRUNE_EVERY = 60 * 60_000

/**
 * Writes the books beside the answers. A transaction costs more than its rows, so the first row is written at once, and
 * those that end within the next moment together after it: a process that is killed loses that moment and what is under
 * way, nothing that is committed (see `libsql-dialect.ts`). A database that fails is told of once, and again when it works.
 */
export class LedgerSink implements RecordSink {
  readonly #options: LedgerSinkOptions
  readonly #pending: LedgerRow[] = []
  #writing: Promise<void> | undefined
  /** Set while a failed write is waited out. */
  #retry: NodeJS.Timeout | undefined
  #next: NodeJS.Timeout | undefined
  #begunAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #written = 0
  #lost = 0
  #closed = false
  #fault: string | undefined
  #pruneAt = Number.NEGATIVE_INFINITY

  constructor(options: LedgerSinkOptions) {
    this.#options = options
  }

  record(record: RequestRecord): void {
    for (const row of toLedgerRows(record, this.#options)) {
      if (this.#pending.length < (this.#options.maxPending ?? MAX_PENDING) && !this.#closed) this.#pending.push(row)
      else this.#lost++
    }
    this.#write()
  }

  status(): LedgerStatus {
    return { written: this.#written, pending: this.#pending.length, lost: this.#lost, ...(this.#fault !== undefined && { fault: this.#fault }) }
  }

  /** Writes what waits, once; what cannot be written is lost. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#next)
    await this.#writing
    // One after the other until nothing waits or it fails.
    while (this.#pending.length > 0 && (await this.#writeBatch()));
    clearTimeout(this.#retry)
    this.#lost += this.#pending.splice(0).length
  }

  #write(): void {
    if (this.#closed || this.#pending.length === 0 || this.#writing !== undefined || this.#retry !== undefined) return
    const wait = this.#begunAt + (this.#options.spacing ?? SPACING) - performance.now()
    if (wait > 0 && this.#pending.length < BATCH) {
      this.#next ??= setTimeout(() => {
        this.#next = undefined
        this.#write()
      }, wait)
      return
    }
    this.#begunAt = performance.now()
    this.#writing = this.#writeBatch().then(() => {
      this.#writing = undefined
      this.#write()
    })
  }

  /** Whether it went well. */
  async #writeBatch(): Promise<boolean> {
    try {
      const batch = this.#pending.slice(0, BATCH)
      await this.#options.store.append(batch)
      this.#pending.splice(0, batch.length)
      this.#written += batch.length
      this.#recovered()
      await this.#prune()
      return true
    } catch (error) {
      this.#failed(error)
      return false
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

  /** Once an hour, by a few rows at a time, between which others are written. */
  async #prune(): Promise<void> {
    const now = (this.#options.now ?? Date.now)()
    if (now < this.#pruneAt) return
    const before = now - this.#options.retention * DAY_MS
    do {
      if ((await this.#options.store.prune(before, BATCH)) === BATCH) continue
      this.#pruneAt = now + PRUNE_EVERY
      return
    } while (this.#pending.length === 0)
  }
}
