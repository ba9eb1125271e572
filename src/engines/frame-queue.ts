import { Fifo } from '../core/fifo.ts'
import type { RequestBytes, RequestNews } from '../plugin/contract.ts'
import { slowClient } from './deadlines.ts'

/** What a process says of a request. */
export type News = RequestNews | RequestBytes

/** Of what a session says that nobody has taken yet; a call to a provider is held back long before, by its window. */
const MAX_WAITING = 16 * 1024 * 1024

/** What a frame takes beside its text. */
const FRAME_BYTES = 128

/** Hands the frames of a process to the one request that runs in it, in order. */
export class FrameQueue {
  readonly #frames = new Fifo<News>()
  readonly #onFull: () => void
  #waiting = 0
  #full = false
  #wake: (() => void) | undefined
  #closed = false
  #watched: AbortSignal | undefined

  /** @param onFull called when more waits than may; nothing is kept from then on */
  constructor(onFull: () => void = () => {}) {
    this.#onFull = onFull
  }

  push(frame: News): void {
    if (this.#closed) return
    this.#frames.push(frame)
    this.#waiting += sizeOf(frame)
    if (this.#waiting > MAX_WAITING) {
      this.#full = true
      this.#closed = true
      this.#onFull()
    }
    this.#wake?.()
  }

  /** No frame follows; a reader that waits gets undefined. */
  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  /**
   * Resolves with the next frame, or with undefined once the queue is closed and empty.
   * Rejects with the reason of `signal` when that is aborted first, and when more came than could be kept.
   */
  async next(signal: AbortSignal): Promise<News | undefined> {
    this.#watch(signal)
    while (this.#frames.length === 0 && !this.#closed && !signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    signal.throwIfAborted()
    const frame = this.#frames.shift()
    if (frame === undefined && this.#full) throw slowClient(`took its answer more slowly than it came, and ${MAX_WAITING / 1024 ** 2} MB of it were waiting`)
    if (frame !== undefined) this.#waiting -= sizeOf(frame)
    return frame
  }

  /** Once for all frames: a request has one signal. */
  #watch(signal: AbortSignal): void {
    if (this.#watched === signal) return
    this.#watched = signal
    signal.addEventListener('abort', () => this.#wake?.(), { once: true })
  }
}

/** About the bytes that a frame takes. */
function sizeOf(frame: News): number {
  switch (frame.type) {
    case 'bytes':
      return FRAME_BYTES + frame.bytes.length
    case 'text':
    case 'reasoning':
      return FRAME_BYTES + 2 * frame.delta.length
    case 'tool-delta':
      return FRAME_BYTES + 2 * frame.arguments.length
    default:
      return FRAME_BYTES
  }
}
