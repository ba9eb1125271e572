import { Fifo } from '../../core/fifo.ts'
import { WINDOW } from '../contract.ts'

/** What has come of an answer and waits for the daemon to take what was sent before. */
export class Backlog {
  readonly #send: (bytes: Uint8Array) => void
  #pieces = new Fifo<Uint8Array>()
  #waiting = 0
  /** Bytes that were sent and not yet taken. */
  #underWay = 0
  #onDrained: (() => void) | undefined

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
  }

  /** Bytes that were not sent yet. */
  get waiting(): number {
    return this.#waiting
  }

  add(bytes: Uint8Array): void {
    // A piece may be a small part of a large buffer, all of which would wait with it.
    this.#pieces.push(this.#underWay > WINDOW ? new Uint8Array(bytes) : bytes)
    this.#waiting += bytes.length
    this.#flush()
  }

  /** So many bytes were taken. */
  credit(bytes: number): void {
    this.#underWay -= bytes
    this.#flush()
  }

  /** Resolves when everything was sent, or `close` was called. */
  async drained(): Promise<void> {
    if (this.#pieces.length > 0) await new Promise<void>((resolve) => (this.#onDrained = resolve))
  }

  /** Sends no more. */
  close(): void {
    this.#pieces = new Fifo()
    this.#waiting = 0
    this.#onDrained?.()
  }

  #flush(): void {
    while (this.#underWay <= WINDOW && this.#pieces.length > 0) {
      const bytes = this.#pieces.shift()!
      this.#send(bytes)
      this.#waiting -= bytes.length
      this.#underWay += bytes.length
    }
    if (this.#pieces.length === 0) this.#onDrained?.()
  }
}
