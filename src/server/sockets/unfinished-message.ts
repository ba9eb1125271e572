import type { BodyHold } from '../body-budget.ts'

/** Bytes of a message that has begun which are nobody's business yet: little enough for each of a thousand sockets. */
const FREE = 64 * 1024

/** Of a control frame of a client's beside what it says: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
const FRAME_HEAD = 6

export interface UnfinishedMessageOptions {
  hold: BodyHold
  /** Milliseconds for the rest of it. */
  timeout: number
  /** There is no memory for more of it, or it takes too long. */
  onFault(): void
}

/**
 * What has come of a message over a socket, whose end is still to come: it is in memory without being anybody's body yet,
 * and so would be held by all who begin one and never end it.
 */
export class UnfinishedMessage {
  readonly #options: UnfinishedMessageOptions
  #bytes = 0
  #held = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: UnfinishedMessageOptions) {
    this.#options = options
  }

  /** Before they are read. */
  received(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= FREE) return
    const { hold, timeout, onFault } = this.#options
    this.#timer ??= setTimeout(onFault, timeout)
    const more = this.#bytes - this.#held
    this.#held = this.#bytes
    if (!hold.add(more)) onFault()
  }

  /** A ping or a pong came, also in between. */
  control(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes - FRAME_HEAD)
  }

  /** It is whole, and whoever takes it holds it; or its socket has gone. Idempotent. */
  ended(): void {
    this.#options.hold.release()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#bytes = 0
    this.#held = 0
  }
}
