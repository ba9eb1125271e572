import { DAY_MS } from '../../core/calendar.ts'
import type { LedgerRow, LedgerStore } from '../../storage/ledger-store.ts'
import type { RecordSink, RequestRecord } from '../record.ts'
import { WriteQueue, type WriteQueueOptions, type WriteStatus } from '../write-queue.ts'
import { type Bookkeeping, toLedgerRows } from './rows.ts'

export interface LedgerSinkOptions extends Bookkeeping, Pick<WriteQueueOptions<LedgerRow>, 'maxPending' | 'retryDelay' | 'spacing'> {
  store: LedgerStore
  /** Days that rows are kept; their sums stay. */
  retention: number
  log: { warn(message: string): void; info(message: string): void }
  now?(): number
}

const SPACING = 50
const BATCH = 500
const PRUNE_EVERY = 60 * 60_000

/**
 * Writes the books beside the answers. A transaction costs more than its rows, so the first row is written at once, and
 * those that end within the next moment together after it: a process that is killed loses that moment and what is under
 * way, nothing that is committed (see `libsql-dialect.ts`). A database that fails is told of once, and again when it works.
 */
export class LedgerSink implements RecordSink {
  readonly #options: LedgerSinkOptions
  readonly #queue: WriteQueue<LedgerRow>
  #pruneAt = Number.NEGATIVE_INFINITY

  constructor(options: LedgerSinkOptions) {
    this.#options = options
    const { store, log } = options
    this.#queue = new WriteQueue<LedgerRow>({
      spacing: SPACING,
      ...options,
      batch: BATCH,
      write: async (batch) => {
        await store.append(batch)
        return 0
      },
      onFault: (reason) => log.warn(`The ledger cannot be written; answers go on: ${reason}`),
      onWritten: async (recovered) => {
        if (recovered) this.#tellRecovery()
        await this.#prune()
      },
    })
  }

  record(record: RequestRecord): void {
    for (const row of toLedgerRows(record, this.#options)) this.#queue.push(row)
    this.#queue.write()
  }

  /** In rows. */
  status(): WriteStatus {
    return this.#queue.status()
  }

  /** Writes what waits, once; what cannot be written is lost. */
  async close(): Promise<void> {
    await this.#queue.close()
  }

  #tellRecovery(): void {
    const { lost } = this.status()
    this.#options.log.info(`The ledger is written again${lost > 0 ? `; ${lost} rows are lost` : ''}.`)
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
    } while (this.status().pending === 0)
  }
}
