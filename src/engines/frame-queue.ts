import type { RequestBytes, RequestNews } from '../plugin/contract.ts'

/** What a process says of a request. */
export type News = RequestNews | RequestBytes

/** Hands the frames of a process to the one request that runs in it, in order. */
export class FrameQueue {
  readonly #frames: News[] = []
  #wake: (() => void) | undefined
  #closed = false

  push(frame: News): void {
    this.#frames.push(frame)
    this.#wake?.()
  }

  /** No frame follows; a reader that waits gets undefined. */
  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  /**
   * Resolves with the next frame, or with undefined once the queue is closed and empty.
   * Rejects with the reason of `signal` when that is aborted first.
   */
  async next(signal: AbortSignal): Promise<News | undefined> {
    signal.throwIfAborted()
    if (this.#frames.length === 0 && !this.#closed) await this.#arrival(signal)
    return this.#frames.shift()
  }

  async #arrival(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      this.#wake = () => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
    }).finally(() => {
      this.#wake = undefined
    })
  }
}
