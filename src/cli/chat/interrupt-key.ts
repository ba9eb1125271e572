export interface InterruptKeyOptions {
  /** Forgets what is being typed, and returns whether there was anything. */
  discardDraft(): boolean
  /** Says that the next one leaves. */
  warn(): void
}

/**
 * What Ctrl-C does in a chat: it cancels the running answer, or what is being typed. Where there is neither, the first one warns
 * and a second one leaves; so does a second one while an answer is being cancelled.
 */
export class InterruptKey {
  readonly #options: InterruptKeyOptions
  #pressed = false
  #answer: AbortController | undefined
  readonly #leaving = new AbortController()

  constructor(options: InterruptKeyOptions) {
    this.#options = options
  }

  /** Aborted once the chat is to be left. */
  get leaving(): AbortSignal {
    return this.#leaving.signal
  }

  readonly press = (): void => {
    if (!this.#answer && this.#options.discardDraft()) return
    if (this.#pressed) return this.#leaving.abort()
    this.#pressed = true
    if (this.#answer) this.#answer.abort()
    else this.#options.warn()
  }

  /** To be called with every input: the next Ctrl-C is a first one again. */
  reset(): void {
    this.#pressed = false
  }

  /** Runs what the key cancels. */
  async during<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#answer = new AbortController()
    try {
      return await task(AbortSignal.any([this.#answer.signal, this.leaving]))
    } finally {
      this.#answer = undefined
      this.#pressed = false
    }
  }
}
