import type { Envelope, FrameError, PartMetadata, RequestNews } from './contract.ts'
import { send } from './output.ts'
import type { StreamObserver } from './provider-stream.ts'
import { ToolCalls } from './tool-calls.ts'

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
  /** What was last heard from the provider; undefined before its first answer. */
  answer: ProviderAnswer | undefined
  /** Whether the provider's last answer was an error that no retry is left for. */
  failedForGood = false
  readonly toolCalls = new ToolCalls((news) => this.tell(news))
  /** Hears what of the provider's stream reaches no event of opencode's. */
  readonly observer: StreamObserver = {
    toolStart: (key, id, name) => this.toolCalls.start(key, id, name),
    toolDelta: (key, text) => this.toolCalls.delta(key, text),
    logprobs: (content) => this.tell({ type: 'logprobs', content }),
    stopSequence: (sequence) => {
      // Elsewhere the same fields name tokens of the model's own, or reasons.
      if (this.envelope.parameters.stop?.includes(sequence)) this.tell({ type: 'stop-sequence', sequence })
    },
    usage: (news) => this.tell(news),
    textSignature: (thoughtSignature) => {
      // Under both names that opencode's SDKs for Google have.
      this.#ofText = { google: { thoughtSignature }, vertex: { thoughtSignature } }
    },
    // An error in the stream comes with a status that said all was well.
    error: (body) => {
      this.answer = { status: statusOf(body), retryAfter: undefined, body }
    },
  }
  #ofText: PartMetadata | undefined
  #ended = false
  #alive: NodeJS.Timeout

  constructor(envelope: Envelope) {
    this.envelope = envelope
    this.#alive = setInterval(() => this.tell({ type: 'alive' }), 1000)
  }

  /** Sends a frame of this request, unless it is over. */
  tell(news: RequestNews): void {
    if (!this.#ended) send({ request: this.envelope.id, ...news })
  }

  /** What the provider wants back with its last text though opencode does not keep it, once. */
  takeTextMetadata(): PartMetadata | undefined {
    const metadata = this.#ofText
    this.#ofText = undefined
    return metadata
  }

  fail(error: Pick<FrameError, 'name' | 'message'> & Partial<FrameError>): void {
    const answer = this.answer?.body === undefined ? undefined : this.answer
    this.tell({
      type: 'error',
      error: { status: answer?.status, retryAfter: answer?.retryAfter, body: answer?.body, ...error },
    })
  }

  end(): void {
    this.tell({ type: 'done' })
    this.#ended = true
    clearInterval(this.#alive)
  }
}

/** OpenAI's code of an error in a stream is a word; gateways put the HTTP status there. */
function statusOf(body: string): number {
  const { code, status } = (JSON.parse(body) as { error: { code?: unknown; status?: unknown } }).error
  const number = Number(status ?? code)
  return number >= 400 && number < 600 ? number : 502
}
