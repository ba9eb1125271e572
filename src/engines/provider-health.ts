/** Beyond those that are free, retries of a minute are no more than a share of its requests. */
const SHARE = 0.2

/** Seconds that are counted. */
const WINDOW = 60

/**
 * How a provider fares, over all requests to it: many clients that repeat their calls at once would multiply an outage.
 * Kept by provider, and what one asked for by whom it concerns: a limit may be that of a model.
 */
export class ProviderHealth {
  readonly #counts = new Map<string, { calls: MinuteCount; retries: MinuteCount }>()
  /** Unix milliseconds until which somebody is not to be called. */
  readonly #pauses = new Map<string, number>()
  readonly #free: number
  readonly #now: () => number

  /** @param free retries of a minute to one provider that count against nothing, or a lone request had none */
  constructor(free: number, now: () => number = Date.now) {
    this.#free = free
    this.#now = now
  }

  /** A request is about to be sent for the first time. */
  begin(provider: string): void {
    this.#countsOf(provider).calls.add(this.#now())
  }

  /** Takes one retry out of the provider's budget. @returns false where there is none left in this minute */
  takeRetry(provider: string): boolean {
    const { calls, retries } = this.#countsOf(provider)
    const now = this.#now()
    if (retries.sum(now) >= Math.max(this.#free, SHARE * calls.sum(now))) return false
    retries.add(now)
    return true
  }

  /** Whoever calls a provider, or a model, is to wait for so many milliseconds. */
  rest(whom: string, time: number): void {
    const until = this.#now() + time
    if (until > (this.#pauses.get(whom) ?? 0)) this.#pauses.set(whom, until)
  }

  /** Milliseconds until all of them may be called. */
  pauseOf(...whom: string[]): number {
    const now = this.#now()
    for (const name of whom) if ((this.#pauses.get(name) ?? 0) <= now) this.#pauses.delete(name)
    return Math.max(0, ...whom.map((name) => (this.#pauses.get(name) ?? now) - now))
  }

  #countsOf(provider: string): { calls: MinuteCount; retries: MinuteCount } {
    const known = this.#counts.get(provider)
    if (known) return known
    const fresh = { calls: new MinuteCount(), retries: new MinuteCount() }
    this.#counts.set(provider, fresh)
    return fresh
  }
}

/** How often something happened in the last minute, by seconds. */
class MinuteCount {
  readonly #seconds = Array.from({ length: WINDOW }, () => ({ second: 0, count: 0 }))

  add(now: number): void {
    const second = Math.floor(now / 1000)
    const slot = this.#seconds[second % WINDOW]!
    if (slot.second !== second) Object.assign(slot, { second, count: 0 })
    slot.count++
  }

  sum(now: number): number {
    const oldest = Math.floor(now / 1000) - WINDOW
    return this.#seconds.reduce((sum, { second, count }) => (second > oldest ? sum + count : sum), 0)
  }
}
