import { BridgeError } from '../../core/errors.ts'
import type { ProviderLimits } from '../../core/limits.ts'

/** Keeps the shortest time from one request to a provider to the next, of this daemon. */
export class Paces {
  readonly #limits: Readonly<Record<string, ProviderLimits>>
  /** By provider: when a request was last let in. */
  readonly #last = new Map<string, number>()

  constructor(limits: Readonly<Record<string, ProviderLimits>>) {
    this.#limits = limits
  }

  /**
   * @returns takes note that the request is let in
   * @throws BridgeError 429 for one that comes too soon
   */
  check(providers: readonly string[], now: number): () => void {
    for (const provider of providers) {
      const { minInterval = 0 } = this.#limits[provider] ?? {}
      // A clock that was set back is no reason to wait for longer than that.
      const left = Math.min((this.#last.get(provider) ?? Number.NEGATIVE_INFINITY) + minInterval - now, minInterval)
      if (left <= 0) continue
      throw new BridgeError(`Requests to ${provider} have to be ${minInterval / 1000} s apart (minInterval). Try again in ${Math.ceil(left / 1000)} s.`, {
        code: 'rate_limit_exceeded',
        status: 429,
        retryAfter: left,
      })
    }
    return () => {
      for (const provider of providers) this.#last.set(provider, now)
    }
  }
}
