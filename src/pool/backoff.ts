const firstDelay = 500
const maxDelay = 30_000

/** From this many failures in a row on it is no flake: back off, and tell those who wait. */
const failuresToSuspend = 2

/**
 * Counts failed starts in a row. The first is a flake and costs no pause; the second suspends for 500 ms, each
 * further one for twice as long, up to 30 s. A success forgets them all.
 */
export class Backoff {
  #failures = 0
  #until = 0

  /** Whether the last starts failed more than once in a row, even if the pause is already over. */
  get failing(): boolean {
    return this.#failures >= failuresToSuspend
  }

  /** Milliseconds of the pause that are left, 0 when none. */
  get remaining(): number {
    return Math.max(0, this.#until - Date.now())
  }

  fail(): void {
    this.#failures++
    if (!this.failing) return
    this.#until = Date.now() + Math.min(firstDelay * 2 ** (this.#failures - failuresToSuspend), maxDelay)
  }

  succeed(): void {
    this.#failures = 0
    this.#until = 0
  }
}
