import { BridgeError } from '../core/errors.ts'
import { timerDelay } from '../core/timer-delay.ts'

export interface Timeouts {
  /** Milliseconds until the first token, between two tokens, and for the whole request. */
  firstToken: number
  token: number
  request: number
  /** Until a client takes the next piece of its answer. */
  client: number
}

/** Ends a request that hangs: its `signal` is aborted with the error that the client gets, or with the client's own abort. */
export class Deadlines implements Disposable {
  readonly #controller = new AbortController()
  readonly #timeouts: Timeouts
  readonly #client: AbortSignal
  readonly #onClient = () => this.#controller.abort(this.#client.reason)
  readonly #whole: NodeJS.Timeout
  /** What is waited for now, and until when as `performance.now()` counts. */
  #due: { at: number; error: () => BridgeError }
  /** Set anew when it rings too early: what is waited for changes with every piece of an answer. */
  #alarm: NodeJS.Timeout | undefined
  #alarmAt = 0
  #over = false

  constructor(timeouts: Timeouts, client: AbortSignal) {
    this.#timeouts = timeouts
    this.#client = client
    if (client.aborted) this.#onClient()
    client.addEventListener('abort', this.#onClient, { once: true })
    this.#whole = setTimeout(() => this.#controller.abort(tooLong('The request', timeouts.request)), timeouts.request)
    this.#due = { at: performance.now() + timeouts.firstToken, error: () => tooLong('The first token', timeouts.firstToken) }
    this.#setAlarm()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** A token came, and is the client's to take; until it has, nobody waits for the next one. */
  token(): void {
    const { client } = this.#timeouts
    this.#wait(client, () => slowClient(`took nothing of its answer for ${client / 1000} s`))
  }

  /** The client took it: the next one has its own time. */
  taken(): void {
    this.#waitFor('The next token', this.#timeouts.token)
  }

  /** The provider will be called again after `delay`, which must not count as silence. */
  retry(delay: number): void {
    this.#waitFor('The first token', delay + this.#timeouts.firstToken)
  }

  [Symbol.dispose](): void {
    this.#over = true
    clearTimeout(this.#whole)
    clearTimeout(this.#alarm)
    this.#client.removeEventListener('abort', this.#onClient)
  }

  #waitFor(what: string, time: number): void {
    this.#wait(time, () => tooLong(what, time))
  }

  #wait(time: number, error: () => BridgeError): void {
    this.#due = { at: performance.now() + time, error }
    if (this.#due.at < this.#alarmAt) this.#setAlarm()
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm)
    if (this.#over) return
    this.#alarmAt = this.#due.at
    this.#alarm = setTimeout(() => this.#ring(), timerDelay(this.#due.at - performance.now()))
  }

  #ring(): void {
    // A timer may ring a part of a millisecond early.
    if (performance.now() + 1 < this.#due.at) this.#setAlarm()
    else this.#controller.abort(this.#due.error())
  }
}

function tooLong(what: string, time: number): BridgeError {
  return new BridgeError(`${what} took longer than ${time / 1000} s.`, { code: 'timeout', status: 504 })
}

/** The error of a client that does not take what it asked for. */
export function slowClient(why: string): BridgeError {
  return new BridgeError(`The client ${why}.`, { code: 'client_too_slow', status: 408 })
}
