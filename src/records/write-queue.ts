/** Counted in what was put in. */
export interface WriteStatus {
  /** Since the start of the daemon. */
  written: number
  pending: number
  lost: number
  /** Why nothing is written at the moment, for people. */
  fault?: string
}

export interface WriteQueueOptions<T> {
  /**
   * Writes what waits, in its order.
   * @returns how much of it will never be taken and is lost
   * @throws what it failed with; it is written again
   */
  write(batch: readonly T[]): Promise<number>
  /** Most of one write. */
  batch: number
  /** What may wait for a place that fails or is slow; more is lost. */
  maxPending?: number
  /** Milliseconds before a failed write is tried again; doubled up to thirty seconds. */
  retryDelay?: number
  /** Milliseconds between the beginnings of two writes, unless a whole batch waits. */
  spacing?: number
  /** The first failure since something was written. */
  onFault(reason: string): void
  /** @param recovered whether the write before had failed */
  onWritten(recovered: boolean): void | Promise<void>
}

const MAX_PENDING = 10_000
const RETRY_DELAY = 1_000
const LONGEST_DELAY = 30_000

/** Writes beside the answers what may not delay them: at once where nothing is being written, else in batches, and again after a failure. */
export class WriteQueue<T> {
  readonly #options: WriteQueueOptions<T>
  readonly #pending: T[] = []
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

  constructor(options: WriteQueueOptions<T>) {
    this.#options = options
  }

  /** @returns whether there was room for it; otherwise it is lost */
  push(item: T): boolean {
    const hasRoom = this.#pending.length < (this.#options.maxPending ?? MAX_PENDING) && !this.#closed
    if (hasRoom) this.#pending.push(item)
    else this.#lost++
    return hasRoom
  }

  /** Begins to write what waits, unless that is under way or put off. */
  write(): void {
    if (this.#closed || this.#pending.length === 0 || this.#writing !== undefined || this.#retry !== undefined) return
    const wait = this.#begunAt + (this.#options.spacing ?? 0) - performance.now()
    if (wait > 0 && this.#pending.length < this.#options.batch) {
      this.#next ??= setTimeout(() => {
        this.#next = undefined
        this.write()
      }, wait)
      return
    }
    this.#begunAt = performance.now()
    this.#writing = this.#writeBatch().then(() => {
      this.#writing = undefined
      this.write()
    })
  }

  status(): WriteStatus {
    return { written: this.#written, pending: this.#pending.length, lost: this.#lost, ...(this.#fault !== undefined && { fault: this.#fault }) }
  }

  /** Writes what waits, once. @returns how much could not be written; it is lost */
  async close(): Promise<number> {
    this.#closed = true
    clearTimeout(this.#next)
    await this.#writing
    // One after the other until nothing waits or it fails.
    while (this.#pending.length > 0 && (await this.#writeBatch()));
    clearTimeout(this.#retry)
    const left = this.#pending.splice(0).length
    this.#lost += left
    return left
  }

  /** Whether it went well. */
  async #writeBatch(): Promise<boolean> {
    try {
      const batch = this.#pending.slice(0, this.#options.batch)
      const lost = await this.#options.write(batch)
      this.#pending.splice(0, batch.length)
      this.#written += batch.length - lost
      this.#lost += lost
      const recovered = this.#fault !== undefined
      this.#fault = undefined
      this.#failures = 0
      await this.#options.onWritten(recovered)
      return true
    } catch (error) {
      this.#failed((error as Error).message)
      return false
    }
  }

  #failed(reason: string): void {
    if (this.#fault === undefined) this.#options.onFault(reason)
    this.#fault = reason
    const delay = Math.min((this.#options.retryDelay ?? RETRY_DELAY) * 2 ** this.#failures++, LONGEST_DELAY)
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.write()
    }, delay)
    this.#retry.unref()
  }
}
