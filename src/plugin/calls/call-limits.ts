import type { CallRecipe } from './thread-protocol.ts'

/** opencode's own limits where the user sets none, in milliseconds. */
const DEFAULT_TIMEOUT = 300_000

/**
 * The time limits of one call that the user's opencode configuration sets for a provider: opencode has them in a layer above
 * the login's `fetch` (`timeout` for the whole call, `headerTimeout` for its head, `chunkTimeout` between two pieces of a
 * stream; `false` or 0 is none). `signal` is aborted when one is over, with an error that names the setting.
 */
export class CallLimits {
  readonly signal: AbortSignal
  readonly #stop = new AbortController()
  readonly #whole: NodeJS.Timeout | undefined
  readonly #chunkTime: number | undefined
  #head: NodeJS.Timeout | undefined
  #chunk: NodeJS.Timeout | undefined
  /** When the head or the last piece came. */
  #cameAt = 0

  /** @param client aborted when nobody wants the answer any more */
  constructor({ timeout, headerTimeout, chunkTimeout }: CallRecipe['timeouts'], client: AbortSignal) {
    this.signal = AbortSignal.any([client, this.#stop.signal])
    this.#chunkTime = limitOf(chunkTimeout, DEFAULT_TIMEOUT)
    this.#whole = this.#limit('timeout', limitOf(timeout, undefined))
    this.#head = this.#limit('headerTimeout', limitOf(headerTimeout, DEFAULT_TIMEOUT))
  }

  /** The head or a piece came: the next piece has its own time. */
  came(): void {
    this.#cameAt = performance.now()
    if (this.#chunk) return
    clearTimeout(this.#head)
    if (this.#chunkTime !== undefined) this.#awaitChunk(this.#chunkTime, this.#chunkTime)
  }

  /** Ends the call, and its connection, for that reason. */
  abort(reason: Error): void {
    this.#stop.abort(reason)
  }

  /** Nothing is waited for any more. */
  end(): void {
    for (const timer of [this.#whole, this.#head, this.#chunk]) clearTimeout(timer)
  }

  /** What to throw for an error of the call: what it was ended for, where it was. */
  explain(error: unknown): unknown {
    return this.#stop.signal.aborted ? this.#stop.signal.reason : error
  }

  /** One timer looks at when the last piece came: to set it anew takes twenty times as long as to note the time. */
  #awaitChunk(limit: number, time: number): void {
    this.#chunk = setTimeout(() => {
      const left = this.#cameAt + limit - performance.now()
      if (left > 0) this.#awaitChunk(limit, left)
      else this.#exceed('chunkTimeout', limit)
    }, time)
  }

  #limit(setting: string, time: number | undefined): NodeJS.Timeout | undefined {
    return time === undefined ? undefined : setTimeout(() => this.#exceed(setting, time), time)
  }

  #exceed(setting: string, time: number): void {
    const message = `The provider took longer than ${time} ms (${setting} of this provider in opencode’s configuration, or opencode’s default).`
    this.#stop.abort(new TimeLimitError(message))
  }
}

class TimeLimitError extends Error {
  override readonly name = 'TimeoutError'
}

function limitOf(setting: unknown, fallback: number | undefined): number | undefined {
  if (typeof setting === 'number') return setting > 0 ? setting : undefined
  return setting === false ? undefined : fallback
}
