import { cancelledError } from '../core/errors.ts'
import { timerDelay } from '../core/timer-delay.ts'

export interface WaitQueueOptions {
  /** Milliseconds after which a waiting request gives up. */
  timeout: number
  /** Makes the error of one that gave up; it has left the queue by then. */
  timeoutError(): Error
  /** Called after one left by time or by its signal. */
  onAbandoned(): void
}

interface Waiter<T> {
  owner: string
  since: number
  resolve(value: T): void
  reject(error: unknown): void
}

/** First in, first out; a waiting request leaves with a value, an error, after its timeout or when its signal aborts. */
export class WaitQueue<T> {
  readonly #options: WaitQueueOptions
  readonly #waiters = new Set<Waiter<T>>()

  constructor(options: WaitQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#waiters.size
  }

  /** How many have waited for at least so many milliseconds. */
  waitedFor(time: number): number {
    const before = Date.now() - time
    return [...this.#waiters].filter(({ since }) => since <= before).length
  }

  /** Milliseconds until another has waited for so many; `Infinity` where none will have. */
  untilWaited(time: number): number {
    const before = Date.now() - time
    const next = [...this.#waiters].find(({ since }) => since > before)
    return next === undefined ? Infinity : next.since - before
  }

  /** Whose request has waited longest; undefined where none waits. */
  get firstOwner(): string | undefined {
    const [first] = this.#waiters
    return first?.owner
  }

  /**
   * Waits at the end of the queue. `signal` must not have aborted yet.
   * @throws `timeoutError()`, or a `cancelled` BridgeError once `signal` aborts
   */
  wait(owner: string, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        this.#waiters.delete(waiter)
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
      const waiter: Waiter<T> = {
        owner,
        since: Date.now(),
        resolve: (value) => {
          leave()
          resolve(value)
        },
        reject: (error) => {
          leave()
          reject(error)
        },
      }
      const abandon = (error: () => Error) => {
        leave()
        reject(error())
        this.#options.onAbandoned()
      }
      const abort = () => abandon(cancelledError)
      const timer = setTimeout(() => abandon(this.#options.timeoutError), timerDelay(this.#options.timeout))
      signal.addEventListener('abort', abort)
      this.#waiters.add(waiter)
    })
  }

  /** Serves the longest waiting request; the queue must not be empty. */
  resolveFirst(value: T): void {
    const [first] = this.#waiters
    first?.resolve(value)
  }

  rejectAll(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error)
  }
}
