const minRetryAfter = 1000
const maxRetryAfter = 60_000

/** The weight of the latest request: the last ten or so make up most of the average. */
const weight = 0.2

/** Learns how long requests hold a resource, to tell refused ones when to come back. */
export class Load {
  #average: number | undefined

  /** Takes note that a resource was held for `duration` milliseconds. */
  record(duration: number): void {
    this.#average = this.#average === undefined ? duration : this.#average + weight * (duration - this.#average)
  }

  /** Milliseconds until the request at `position` (from 1) of the queue may be served: 1 s to 60 s. */
  retryAfter(position: number, maxSize: number): number {
    const estimate = Math.ceil(((this.#average ?? 0) * position) / maxSize)
    return Math.min(Math.max(estimate, minRetryAfter), maxRetryAfter)
  }
}
