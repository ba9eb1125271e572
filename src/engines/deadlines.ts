import { BridgeError } from '../core/errors.ts'

export interface Timeouts {
  /** Milliseconds until the first token, between two tokens, and for the whole request. */
  firstToken: number
  token: number
  request: number
}

/** Ends a request that hangs: its `signal` is aborted with the 504 that the client gets, or with the client's own abort. */
export class Deadlines implements Disposable {
  readonly #controller = new AbortController()
  readonly #timeouts: Timeouts
  readonly #client: AbortSignal
  readonly #onClient = () => this.#controller.abort(this.#client.reason)
  readonly #whole: NodeJS.Timeout
  #next: NodeJS.Timeout

  constructor(timeouts: Timeouts, client: AbortSignal) {
    this.#timeouts = timeouts
    this.#client = client
    if (client.aborted) this.#onClient()
    client.addEventListener('abort', this.#onClient, { once: true })
    this.#whole = setTimeout(() => this.#expire('The request', timeouts.request), timeouts.request)
    this.#next = setTimeout(() => this.#expire('The first token', timeouts.firstToken), timeouts.firstToken)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** A token came: the next one has its own time. */
  token(): void {
    this.#wait('The next token', this.#timeouts.token)
  }

  /** The provider will be called again after `delay`, which must not count as silence. */
  retry(delay: number): void {
    this.#wait('The first token', delay + this.#timeouts.firstToken)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#whole)
    clearTimeout(this.#next)
    this.#client.removeEventListener('abort', this.#onClient)
  }

  #wait(what: string, time: number): void {
    clearTimeout(this.#next)
    this.#next = setTimeout(() => this.#expire(what, time), time)
  }

  #expire(what: string, time: number): void {
    this.#controller.abort(new BridgeError(`${what} took longer than ${time / 1000} s.`, { code: 'timeout', status: 504 }))
  }
}
