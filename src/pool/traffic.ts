/** Milliseconds without a request after which it is quiet: an agent's tools seldom take longer between two of its turns. */
const QUIET_TIME = 10_000

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

  /** Whether only one was there for so many milliseconds. */
  hasOneOwner(time: number): boolean {
    return Date.now() - this.#anotherAt >= time
  }

  /** Milliseconds until it is quiet if no request comes; 0 where it is. */
  get quietIn(): number {
    return Math.max(0, this.#last + QUIET_TIME - Date.now())
  }
}
