/** Milliseconds without a request after which it is quiet: an agent's tools seldom take longer between two of its turns. */
const QUIET_TIME = 10_000

/** Milliseconds that one stays its owner's at most: after an agent's work it holds more memory than a new one. */
const OWNED_TIME = 10 * 60_000

/** Knows whether requests come at the moment, and whether they are all of one owner. */
export class Traffic {
  #last = -Infinity
  #owner: string | undefined
  /** When another than this owner was last there. */
  #anotherAt = -Infinity

  /** A request came, or ended. */
  note(owner: string): void {
    if (owner !== this.#owner) this.#anotherAt = this.#last
    this.#owner = owner
    this.#last = Date.now()
  }

  /** Milliseconds that one which nobody uses stays its owner's: none where there are others, who want theirs, too. */
  ownedFor(idleTimeout: number): number {
    const time = Math.min(OWNED_TIME, idleTimeout)
    return Date.now() - this.#anotherAt >= time ? time : 0
  }

  /** Milliseconds until it is quiet if no request comes; 0 where it is. */
  get quietIn(): number {
    return Math.max(0, this.#last + QUIET_TIME - Date.now())
  }
}
