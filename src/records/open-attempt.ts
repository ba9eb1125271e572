import type { BridgeError } from '../core/errors.ts'
import type { Lane } from '../core/lane.ts'
import type { Model } from '../core/model.ts'
import { OpenCall } from './open-call.ts'
import type { Attempt } from './record.ts'
import { sumUsage } from './recorded-usage.ts'

/** Hears how an attempt gets on. */
export interface AttemptWatch {
  onLane(lane: Lane): void
  /** All calls that were begun are over. */
  onSettled(): void
}

/** A model that is asked, while it is. */
export class OpenAttempt {
  readonly #model: Pick<Model, 'id' | 'provider'>
  readonly #watch: AttemptWatch
  readonly #calls: OpenCall[] = []
  readonly #openedAt = performance.now()
  #place: Pick<Attempt, 'engine' | 'lane'> = {}
  #retries = 0
  #error: Attempt['error']
  /** Milliseconds for a place. */
  queued: number | undefined

  constructor(model: Pick<Model, 'id' | 'provider'>, watch: AttemptWatch) {
    this.#model = model
    this.#watch = watch
  }

  /** What serves it; empty while it waits for a place. */
  get place(): Pick<Attempt, 'engine' | 'lane'> {
    return this.#place
  }

  get settled(): boolean {
    return this.#calls.every(({ settled }) => settled)
  }

  /** A place was taken, or will not be. */
  dequeued(): void {
    this.queued ??= performance.now() - this.#openedAt
  }

  placed(engine: 'run' | 'serve', lane: Lane): void {
    this.#place = { engine, lane }
    this.#watch.onLane(lane)
  }

  /** A provider is asked. */
  call(): OpenCall {
    const call = new OpenCall({
      onSettled: () => {
        if (this.settled) this.#watch.onSettled()
      },
      onRetry: () => this.#retries++,
    })
    this.#calls.push(call)
    return call
  }

  fail({ code, status }: Pick<BridgeError, 'code' | 'status'>): void {
    this.#error = { code, status }
  }

  toAttempt(): Attempt {
    const redacted = Math.max(0, ...this.#calls.map((call) => call.redacted))
    return {
      model: this.#model.id,
      provider: this.#model.provider,
      ...this.#place,
      calls: this.#calls.length,
      retries: this.#retries,
      ...(redacted > 0 && { redacted }),
      usage: sumUsage(this.#calls.map(({ usage }) => usage)),
      ...(this.#error && { error: this.#error }),
    }
  }
}
