/** Milliseconds without a request after which it is quiet: an agent's tools seldom take longer between two of its turns. */
const QUIET_TIME = 10_000

/** Knows whether requests come at the moment. */
export class Traffic {
  #last = -Infinity

  /** A request came, or ended. */
  note(): void {
    this.#last = Date.now()
  }

  /** Milliseconds until it is quiet if no request comes; 0 where it is. */
  get quietIn(): number {
    return Math.max(0, this.#last + QUIET_TIME - Date.now())
  }
}
