import type { Envelope, FrameError } from './contract.ts'
import { send } from './output.ts'

/** The provider's last answer to a request, as the fetch wrapper saw it. */
export interface ProviderAnswer {
  status: number
  retryAfter: string | undefined
  /** The body of an answer that is an error. */
  body: string | undefined
}

/** One request inside this process, from its envelope to its `done` frame. */
export class ActiveRequest {
  readonly envelope: Envelope
  readonly sessionID: string
  /** What was last heard from the provider; undefined before its first answer. */
  answer: ProviderAnswer | undefined
  /** Set once a token was sent: from then on nothing may be repeated. */
  hasOutput = false
  #ended = false
  #alive: NodeJS.Timeout

  constructor(envelope: Envelope, sessionID: string) {
    this.envelope = envelope
    this.sessionID = sessionID
    this.#alive = setInterval(() => send({ type: 'alive' }), 1000)
  }

  get ended(): boolean {
    return this.#ended
  }

  text(delta: string): void {
    this.hasOutput = true
    if (!this.#ended) send({ type: 'text', delta })
  }

  reasoning(delta: string): void {
    this.hasOutput = true
    if (!this.#ended) send({ type: 'reasoning', delta })
  }

  fail(error: Pick<FrameError, 'name' | 'message'> & Partial<FrameError>): void {
    if (this.#ended) return
    const answer = this.answer?.body === undefined ? undefined : this.answer
    send({
      type: 'error',
      error: { status: answer?.status, retryAfter: answer?.retryAfter, body: answer?.body, ...error },
    })
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#alive)
    send({ type: 'done' })
  }
}
