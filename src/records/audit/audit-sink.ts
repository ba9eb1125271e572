import type { RecordSink, RequestRecord } from '../record.ts'
import { WriteQueue, type WriteQueueOptions, type WriteStatus } from '../write-queue.ts'

export interface AuditSinkOptions extends Pick<WriteQueueOptions<string>, 'maxPending' | 'retryDelay'> {
  /**
   * Writes records, each the JSON of one, in their order.
   * @throws Unacceptable, or another error after which they are written again
   */
  write(records: readonly string[]): Promise<void>
  log: { warn(message: string): void; info(message: string): void }
}

const BATCH = 200

/** What the place that is written to will never take: it is lost, and the next is written. */
export class Unacceptable extends Error {}

/**
 * Hands every record of a request on, as JSON: it has no word of a prompt or an answer, see `RequestRecord`. One waits only
 * while others are written. A place that fails is told of once, and again when it works; so is what was lost.
 */
export class AuditSink implements RecordSink {
  readonly #options: AuditSinkOptions
  readonly #queue: WriteQueue<string>
  /** What was warned of since all was written last. */
  readonly #warned = new Set<'fault' | 'full'>()

  constructor(options: AuditSinkOptions) {
    this.#options = options
    this.#queue = new WriteQueue({
      ...options,
      write: (batch) => this.#write(batch),
      batch: BATCH,
      onFault: (reason) => this.#warn('fault', `cannot be written; answers go on: ${reason}`),
      onWritten: () => this.#recovered(),
    })
  }

  record(record: RequestRecord): void {
    if (!this.#queue.push(JSON.stringify(record))) this.#warn('full', 'has no room for what waits; records are lost from now on.')
    this.#queue.write()
  }

  /** In records. */
  status(): WriteStatus {
    return this.#queue.status()
  }

  /** Writes what waits, once; what cannot be written is lost. */
  async close(): Promise<void> {
    const left = await this.#queue.close()
    if (left > 0) this.#options.log.warn(`The audit could not be written to its end: ${left} records are lost.`)
  }

  async #write(batch: readonly string[]): Promise<number> {
    try {
      await this.#options.write(batch)
      return 0
    } catch (error) {
      if (!(error instanceof Unacceptable)) throw error
      this.#options.log.warn(`The audit has lost ${batch.length} records: ${error.message}`)
      return batch.length
    }
  }

  #warn(of: 'fault' | 'full', words: string): void {
    if (!this.#warned.has(of)) this.#options.log.warn(`The audit ${words}`)
    this.#warned.add(of)
  }

  #recovered(): void {
    const { pending, lost } = this.status()
    if (pending > 0) return
    if (this.#warned.size > 0) this.#options.log.info(`The audit is written again${lost > 0 ? `; ${lost} records are lost` : ''}.`)
    this.#warned.clear()
  }
}
