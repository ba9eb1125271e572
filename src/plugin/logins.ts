import {
  type AnswerHead,
  fromThreadError,
  headOf,
  type LoginRef,
  type OutgoingCall,
  type ThreadError,
  type ToCalls,
  toThreadError,
} from './calls/thread-protocol.ts'
import { REQUEST_HEADER } from './provider-fetch.ts'

type Fetch = typeof globalThis.fetch

/** Marks the header of a call that the thread of calls will make as soon as the login has added what it has to add. */
const MARK = 'opencode-bridge-login-'

interface Running {
  stop: AbortController
  /** What the login waits for: the answer to the call that it wants made. */
  answer: { resolve(response: Response): void; reject(error: unknown): void } | undefined
  /** Whether the thread has the answer already. */
  over: boolean
}

/** The logins whose `fetch` is called for the thread of calls. They live in opencode's thread, as part of its plugins. */
export class Logins {
  readonly #tell: (message: ToCalls) => void
  readonly #fetches = new Map<number, Fetch>()
  readonly #running = new Map<number, Running>()
  #count = 0

  constructor(tell: (message: ToCalls) => void) {
    this.#tell = tell
  }

  add(fetch: Fetch): number {
    this.#fetches.set(this.#count, fetch)
    return this.#count++
  }

  forget(login: number): void {
    this.#fetches.delete(login)
  }

  /** Makes a call through a login; what comes of it is told, unless the thread has got it by itself. */
  async call(id: number, { number, passesOn }: LoginRef, { url, headers, body }: OutgoingCall): Promise<void> {
    const running: Running = { stop: new AbortController(), answer: undefined, over: false }
    this.#running.set(id, running)
    try {
      const login = this.#fetches.get(number)
      if (login === undefined) throw new Error('this login was learned anew meanwhile; try again')
      const marked = passesOn ? { [REQUEST_HEADER]: MARK + id } : {}
      // A plain object, as logins expect it: some copy it member by member. Bun's own limit of five minutes is not the user's.
      const init = { method: 'POST', headers: { ...Object.fromEntries(headers), ...marked }, body, signal: running.stop.signal, timeout: false }
      const response = await login(url, init as RequestInit)
      if (running.over) return
      this.#tell({ type: 'head', id, head: headOf(response) })
      if (response.body) {
        for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
          if (running.stop.signal.aborted) return
          this.#tell({ type: 'piece', id, bytes })
        }
      }
      this.#tell({ type: 'end', id })
    } catch (error) {
      if (!running.over && !running.stop.signal.aborted) this.#tell({ type: 'failed', id, error: toThreadError(error) })
    } finally {
      this.#running.delete(id)
    }
  }

  /** Takes a call that a login makes for `call`, and waits for the thread to make it. */
  take(header: string | null, { url, headers, body }: { url: string; headers: Headers; body: unknown }): Promise<Response> | undefined {
    if (!header?.startsWith(MARK) || typeof body !== 'string') return undefined
    const id = Number(header.slice(MARK.length))
    const running = this.#running.get(id)
    if (running === undefined) return undefined
    return new Promise((resolve, reject) => {
      running.answer = { resolve, reject }
      this.#tell({ type: 'send', id, call: { url, headers: [...headers], body } })
    })
  }

  /** What came of `send`; without a text the thread goes on by itself, and the login only hears how it went. */
  answered(id: number, head: AnswerHead, text: string | undefined): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    running.over = text === undefined
    running.answer?.resolve(new Response(text ?? null, { ...head, headers: head.headers }))
  }

  unanswered(id: number, error: ThreadError): void {
    this.#running.get(id)?.answer?.reject(fromThreadError(error))
  }

  abandon(id: number): void {
    const running = this.#running.get(id)
    running?.stop.abort()
    running?.answer?.reject(running.stop.signal.reason)
  }
}
