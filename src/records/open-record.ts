import type { Client } from '../access/client.ts'
import { type BridgeError, type ErrorCode } from '../core/errors.ts'
import type { Lane } from '../core/lane.ts'
import type { Model } from '../core/model.ts'
import { AnswerProgress } from './answer-progress.ts'
import { OpenAttempt } from './open-attempt.ts'
import type { Attempt, Outcome, RecordedUsage, RequestRecord } from './record.ts'
import { sumUsage } from './recorded-usage.ts'
import type { RequestInFlight } from './request-in-flight.ts'

/** What is known of a request when it comes. */
export type Arrival = Pick<RequestRecord, 'requestId' | 'method' | 'path' | 'userAgent' | 'trace'>

/** Hears how a request gets on. */
export interface RecordWatch {
  /** It asks for an answer. */
  onAsked(record: OpenRecord): void
  onLane(lane: Lane): void
  /** How it ends is certain, though the last of the answer may not be out. */
  onOutcome(record: OpenRecord, outcome: Outcome): void
  onEnded(record: RequestRecord): void
}

/** How long a call that was ended may take to say what it used. Milliseconds. */
const SETTLING_TIME = 5000

/** Codes of what a limit of ours ended. */
const TIMEOUTS: ReadonlySet<ErrorCode> = new Set(['timeout', 'upload_timeout', 'client_too_slow'])

/**
 * One request while it runs. It becomes its record when the last byte of the answer is out or the client is gone, and
 * each call to a provider is over.
 */
export class OpenRecord {
  /** `Date.now()` at its arrival. */
  readonly startedAt = Date.now()
  readonly #arrived = performance.now()
  readonly #arrival: Arrival
  readonly #watch: RecordWatch
  readonly #attempts: OpenAttempt[] = []
  readonly #progress = new AnswerProgress()
  readonly #listeners: ((record: RequestRecord) => void)[] = []
  /** As they become known. */
  status = 200
  path: string
  route: string | undefined
  format: string | undefined
  client: Client | undefined
  streamed = false
  modelAsked: string | undefined
  /** The model that is asked. */
  model: Pick<Model, 'id' | 'provider'> | undefined
  /** Names of what of the request has no effect, and what is asked otherwise than the client wanted, as the answer's headers tell them. */
  ignored: readonly string[] = []
  adjusted: readonly string[] = []
  /** Ends it for somebody else than its client. */
  stop: (() => void) | undefined
  #outcome: Outcome | undefined
  #firstToken: number | undefined
  #total: number | undefined
  #told = false

  constructor(arrival: Arrival, watch: RecordWatch) {
    this.#arrival = arrival
    this.path = arrival.path
    this.#watch = watch
  }

  get requestId(): string {
    return this.#arrival.requestId
  }

  /** It asks for an answer, of `model` at first. */
  ask(model: Pick<Model, 'id' | 'provider'>): void {
    this.model = model
    this.#watch.onAsked(this)
  }

  attempt(model: Pick<Model, 'id' | 'provider'>): OpenAttempt {
    this.model = model
    const attempt = new OpenAttempt(model, { onLane: (lane) => this.#watch.onLane(lane), onSettled: () => this.#tellIfOver() })
    this.#attempts.push(attempt)
    return attempt
  }

  /** The models that were asked so far, and what they used. */
  attempts(): Attempt[] {
    return this.#attempts.map((attempt) => attempt.toAttempt())
  }

  /** What they used together. */
  usage(): RecordedUsage {
    return sumUsage(this.#attempts.map((attempt) => attempt.toAttempt().usage))
  }

  /** A piece of the answer is there. @param characters its length */
  token(characters = 0): void {
    this.#firstToken ??= this.#elapsed()
    if (characters > 0) this.#progress.hear(characters)
  }

  /** Tokens of its answers so far; an estimate. */
  get written(): number {
    return this.#progress.tokens
  }

  /** How it gets on, of one that asks a model. */
  inFlight(): RequestInFlight {
    const { requestId, startedAt, path, format, client, streamed } = this
    const { userAgent } = this.#arrival
    const { tokens } = this.#progress
    const firstToken = this.#firstToken
    const seconds = firstToken === undefined ? 0 : (this.#elapsed() - firstToken) / 1000
    return {
      requestId,
      startedAt,
      ...(client && { client: client.name ?? client.id }),
      ...(userAgent !== undefined && { userAgent }),
      path,
      ...(format !== undefined && { format }),
      streamed,
      model: this.model!.id,
      ...this.#attempts.at(-1)?.place,
      failedModels: Math.max(0, this.#attempts.length - 1),
      tokens,
      ...(firstToken !== undefined && { firstToken }),
      ...(seconds > 0 && { tokensPerSecond: Math.round((tokens / seconds) * 10) / 10 }),
    }
  }

  /** All of the answer is there. Many clients hang up once they have read the end. */
  finish(): void {
    this.#decide({ type: 'finished' })
  }

  /** Nobody waits for its answer any more; without effect where its end is certain. */
  cancel(): void {
    this.#decide({ type: 'cancelled' })
  }

  fail({ code, status }: Pick<BridgeError, 'code' | 'status'>): void {
    if (code === 'cancelled') this.cancel()
    else this.#decide({ type: TIMEOUTS.has(code) ? 'timeout' : 'error', code, status })
  }

  /**
   * The last byte of the answer is out, or the client is gone.
   * @param whole whether it was the former
   */
  end(whole: boolean): void {
    if (this.#total !== undefined) return
    this.#total = this.#elapsed()
    this.#decide({ type: whole ? 'finished' : 'cancelled' })
    if (!this.#tellIfOver()) setTimeout(() => this.#tell(), SETTLING_TIME).unref()
  }

  /** Has its record told to a listener that throws nothing; at once where it is told already, because the client has left. */
  whenEnded(listener: (record: RequestRecord) => void): void {
    if (this.#told) listener(this.#record())
    else this.#listeners.push(listener)
  }

  #decide(outcome: Outcome): void {
    if (this.#outcome) return
    this.#outcome = outcome
    this.#watch.onOutcome(this, outcome)
  }

  #tellIfOver(): boolean {
    const over = this.#total !== undefined && this.#attempts.every(({ settled }) => settled)
    if (over) this.#tell()
    return over
  }

  #tell(): void {
    if (this.#told) return
    this.#told = true
    const record = this.#record()
    this.#watch.onEnded(record)
    for (const listener of this.#listeners) listener(record)
  }

  #record(): RequestRecord {
    const { status, path, route, format, client, streamed, modelAsked, model, ignored, adjusted } = this
    const attempts = this.attempts()
    const { engine, lane } = attempts.at(-1) ?? {}
    const redacted = Math.max(0, ...attempts.map((attempt) => attempt.redacted ?? 0))
    const waits = this.#attempts.flatMap(({ queued }) => queued ?? [])
    return {
      startedAt: this.startedAt,
      ...this.#arrival,
      path,
      ...(route !== undefined && { route }),
      status,
      ...(client && { client }),
      ...(format !== undefined && { format }),
      streamed,
      ...(modelAsked !== undefined && { modelAsked }),
      ...(model && { model: model.id, provider: model.provider }),
      ...(engine && { engine }),
      ...(lane && { lane }),
      ...(redacted > 0 && { redacted }),
      usage: sumUsage(attempts.map(({ usage }) => usage)),
      attempts,
      ...(ignored.length > 0 && { ignored }),
      ...(adjusted.length > 0 && { adjusted }),
      times: {
        ...(waits.length > 0 && { queued: toTenth(waits.reduce((sum, wait) => sum + wait, 0)) }),
        ...(this.#firstToken !== undefined && { firstToken: this.#firstToken }),
        total: this.#total!,
      },
      outcome: this.#outcome!,
    }
  }

  #elapsed(): number {
    return toTenth(performance.now() - this.#arrived)
  }
}

function toTenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
