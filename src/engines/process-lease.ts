import { randomUUID } from 'node:crypto'
import type { CallEvent, CallForm, ProviderCall } from '../core/call.ts'
import { BridgeError } from '../core/errors.ts'
import type { Event } from '../core/event.ts'
import type { Prompt } from '../core/prompt.ts'
import type { UsageNews } from '../core/usage.ts'
import { toUpstreamError } from '../opencode/errors.ts'
import { FrameTranslator } from '../opencode/events.ts'
import { splitModelId } from '../opencode/installation.ts'
import { describeExit } from '../opencode/process.ts'
import { type ModelRef, type RetryPolicy, TOO_SLOW, WINDOW } from '../plugin/contract.ts'
import { Deadlines, slowClient, type Timeouts } from './deadlines.ts'
import type { Lease } from './engine.ts'
import type { FormTable } from './form-table.ts'
import type { FrameQueue, News } from './frame-queue.ts'
import type { Worker } from './worker.ts'

export interface ProcessLeaseOptions {
  worker: Worker
  /** `provider/model` */
  model: string
  timeouts: Timeouts
  retry: RetryPolicy
  /** The client's. */
  signal: AbortSignal
  /** For the log. */
  onRetry(news: string): void
}

type Retry = Extract<News, { type: 'retry' }>

/** A place in a worker, from its acquisition to its release. */
export class ProcessLease implements Lease {
  readonly #options: ProcessLeaseOptions
  readonly #model: ModelRef
  readonly #deadlines: Deadlines
  #form: CallForm | undefined

  constructor(options: ProcessLeaseOptions) {
    this.#options = options
    this.#model = splitModelId(options.model)
    this.#deadlines = new Deadlines(options.timeouts, options.signal)
    // Whoever holds the place may be waiting for a client that never reads.
    this.#deadlines.signal.addEventListener('abort', () => this.release(), { once: true })
  }

  get form(): CallForm | undefined {
    return this.#form
  }

  /** Finds out how the model is called: from `forms`, or from the worker, who is then believed. */
  async learn(forms: FormTable): Promise<void> {
    const { worker, model } = this.#options
    if (!worker.learn || !worker.call) return
    const known = forms.find(model)
    if (known !== undefined) {
      this.#form = known ?? undefined
      return
    }
    const frame = await this.#next(worker.learn(randomUUID(), this.#model))
    if (frame.type !== 'form') throw new BridgeError('opencode could not be asked how it calls the model.', { code: 'process_failed', status: 502 })
    forms.add([frame])
    this.#form = frame.form
  }

  async *call(call: ProviderCall): AsyncGenerator<CallEvent> {
    const { worker, retry } = this.#options
    const id = randomUUID()
    const frames = worker.call!(id, this.#model, call, retry)
    let taken = 0
    for (;;) {
      const frame = await this.#next(frames)
      switch (frame.type) {
        case 'retry':
          yield this.#retried(frame)
          break
        case 'head':
          yield { type: 'head', status: frame.status, headers: frame.headers }
          break
        case 'bytes':
          this.#deadlines.token()
          yield { type: 'bytes', bytes: frame.bytes }
          this.#deadlines.taken()
          taken += frame.bytes.length
          if (taken < WINDOW / 4) break
          worker.credit!(id, taken)
          taken = 0
          break
        case 'error':
          throw frame.error.name === TOO_SLOW ? slowClient(frame.error.message) : toUpstreamError(frame.error)
        case 'done':
          return
      }
    }
  }

  async *generate({ model: _model, ...prompt }: Prompt): AsyncGenerator<Event | UsageNews> {
    const { worker, retry } = this.#options
    const translator = new FrameTranslator(this.#options.model)
    // Not the client's request id, of which two may be alike.
    const frames = worker.submit({ id: randomUUID(), model: this.#model, ...prompt, retry })
    for (;;) {
      const frame = await this.#next(frames)
      const event = frame.type === 'bytes' ? undefined : translator.translate(frame)
      if (!event) continue
      if (event.type === 'retry') {
        yield this.#retried(event)
        continue
      }
      this.#deadlines.token()
      yield event
      if (event.type === 'finish') return
      this.#deadlines.taken()
    }
  }

  release(): void {
    this.#deadlines[Symbol.dispose]()
    // Not awaited: the answer is complete, and the pool watches the process go.
    void this.#options.worker.stop()
  }

  #retried<T extends Omit<Retry, 'request'>>(news: T): T {
    this.#options.onRetry(`retry ${news.attempt} in ${news.delay} ms: ${news.message}`)
    this.#deadlines.retry(news.delay)
    return news
  }

  /** @throws BridgeError when the process ends, or what the deadlines or the client's signal end it with */
  async #next(frames: FrameQueue): Promise<News> {
    const frame = await frames.next(this.#deadlines.signal)
    if (frame) return frame
    throw new BridgeError(`The opencode process ended before its answer was complete: ${describeExit(await this.#options.worker.exit)}.`, {
      code: 'process_failed',
      status: 502,
    })
  }
}
