import { note } from '../output.ts'

/** What Ctrl-C does in a chat: the first one cancels the running answer, a second one leaves. */
export class InterruptKey {
  #pressed = false
  #answer: AbortController | undefined
  readonly #leaving = new AbortController()

  /** Aborted once the chat is to be left. */
  get leaving(): AbortSignal {
    return this.#leaving.signal
  }

  readonly press = (): void => {
    if (this.#pressed) this.#leaving.abort()
    this.#pressed = true
    if (this.#answer) this.#answer.abort()
    else note('Ctrl-C again leaves.')
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
    }
  }
}
