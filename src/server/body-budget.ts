import { getHeapStatistics } from 'node:v8'

/**
 * What bodies may take together, as part of the memory that this process may have: each of them becomes about four times as
 * much, as text, as values, and as what the provider gets.
 */
const SHARE = 1 / 8

/** Keeps the bodies of all requests that are being answered from taking all of the memory. */
export class BodyBudget {
  readonly #limit: number
  #held = 0

  constructor(limit = getHeapStatistics().heap_size_limit * SHARE) {
    this.#limit = limit
  }

  /** For one request. */
  open(): BodyHold {
    let own = 0
    return {
      add: (bytes) => {
        // The only one may be as large as it likes.
        if (this.#held > own && this.#held + bytes > this.#limit) return false
        own += bytes
        this.#held += bytes
        return true
      },
      release: () => {
        this.#held -= own
        own = 0
      },
    }
  }
}

export interface BodyHold {
  /** Whether so many more bytes may be held. */
  add(bytes: number): boolean
  /** When the request is over. Idempotent. */
  release(): void
}
