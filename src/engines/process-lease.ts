import { randomUUID } from 'node:crypto'
import type { CallEvent, CallForm, ProviderCall } from '../core/call.ts'
import type { Connection } from '../core/connection.ts'
import { BridgeError } from '../core/errors.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Prompt } from '../core/prompt.ts'
import type { UsageNews } from '../core/usage.ts'
import { toUpstreamError } from '../opencode/errors.ts'
import { FrameTranslator } from '../opencode/events.ts'
import { splitModelId } from '../opencode/installation.ts'
import { describeExit } from '../opencode/process.ts'
import { type FrameError, type ModelRef, NOT_LEARNED, type RetryPolicy, TOO_SLOW, WINDOW } from '../plugin/contract.ts'
import type { PoolLease } from '../pool/pool.ts'
import { Deadlines, slowClient, type Timeouts } from './deadlines.ts'
import type { Lease } from './engine.ts'
import type { FormTable } from './form-table.ts'
import type { FrameQueue, News } from './frame-queue.ts'
import type { ProviderHealth } from './provider-health.ts'
import { NoAnswerError, repeatCall } from './repeat-call.ts'
import type { Worker } from './worker.ts'

export interface ProcessLeaseOptions {
  place: PoolLease<Worker>
  servedBy: Lease['servedBy']
  /** `provider/model` */
  model: string
  /** Of the model's provider, where the daemon knows it itself. */
  connection: Connection | undefined
  timeouts: Timeouts
  retry: RetryPolicy
  health: ProviderHealth
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
  /** What may still run in the worker. */
  readonly #ids = new Set<string>()
  #form: CallForm | undefined

  constructor(options: ProcessLeaseOptions) {
    this.#options = options
    this.#model = splitModelId(options.model)
    this.#deadlines = new Deadlines(options.timeouts, options.signal)
    // Whoever holds the place may be waiting for a client that never reads.
    this.#deadlines.signal.addEventListener('abort', () => this.release(), { once: true })
  }

  get servedBy(): Lease['servedBy'] {
    return this.#options.servedBy
  }

  get form(): CallForm | undefined {
    return this.#form
  }

  /** Finds out how the model is called: from `forms`, or from the worker, who is then believed. */
  async learn(forms: FormTable): Promise<void> {
    const { model, connection } = this.#options
    const worker = this.#worker
    if (!worker.learn || !worker.call) return
    await connection?.prepare(this.#model.modelID)
    const known = forms.find(model)
    if (known !== undefined) {
      this.#form = known ? this.#amended(known) : undefined
      return
    }
    const frame = await this.#next(worker.learn(this.#begin(), this.#model))
    if (frame.type !== 'form') throw new BridgeError('opencode could not be asked how it calls the model.', { code: 'process_failed', status: 502 })
    forms.add([frame])
    this.#form = frame.form && this.#amended(frame.form)
  }

  async *call(call: ProviderCall): AsyncGenerator<CallEvent> {
    const { model, connection, retry: policy, health } = this.#options
    const calls = repeatCall({
      attempt: (extras) => this.#attempt({ ...call, ...(extras && { extras }) }),
      model,
      provider: this.#model.providerID,
      connection,
      policy,
      health,
      signal: this.#deadlines.signal,
    })
    let step = await calls.next()
    for (; !step.done; step = await calls.next()) yield this.#retried(step.value)
    for await (const event of step.value.events) {
      if (event.type === 'bytes') this.#deadlines.token()
      yield event
      if (event.type === 'bytes') this.#deadlines.taken()
    }
  }

  /** @throws NoAnswerError when the call came to nothing before an answer */
  async *#attempt(call: ProviderCall): AsyncGenerator<CallEvent> {
    const worker = this.#worker
    const id = this.#begin()
    const frames = worker.call!(id, this.#model, call)
    let begun = false
    let taken = 0
    for (;;) {
      const frame = await this.#next(frames)
      switch (frame.type) {
        case 'head':
          begun = true
          yield { type: 'head', status: frame.status, headers: frame.headers }
          break
        case 'bytes':
          yield { type: 'bytes', bytes: frame.bytes }
          taken += frame.bytes.length
          if (taken < WINDOW / 4) break
          worker.credit!(id, taken)
          taken = 0
          break
        case 'error':
          throw toCallError(frame.error, begun)
        case 'done':
          return
      }
    }
  }

  async *generate({ model: _model, ...prompt }: Prompt): AsyncGenerator<AnswerEvent | UsageNews> {
    // A call leaves nothing in a process. A session does, in opencode.
    this.#options.place.wear()
    const { retry, connection } = this.#options
    const translator = new FrameTranslator(this.#options.model)
    const extras = await connection?.extras()
    const policy = { ...retry, ...connection?.retry }
    const frames = this.#worker.submit({ id: this.#begin(), model: this.#model, ...prompt, retry: policy, ...(extras && { extras }) })
    for (;;) {
      const frame = await this.#next(frames)
      // A session is not begun again, but the next request shall have another credential.
      if (frame.type === 'error' && frame.error.status === 401 && extras) void connection?.renew(extras).catch(() => {})
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
    for (const id of this.#ids) this.#worker.abort?.(id)
    this.#ids.clear()
    this.#options.place.release()
  }

  get #worker(): Worker {
    return this.#options.place.resource
  }

  /** @returns an id for a request in the worker; not the client's, of which two may be alike */
  #begin(): string {
    const id = randomUUID()
    this.#ids.add(id)
    return id
  }

  #amended(form: CallForm): CallForm {
    return this.#options.connection?.amend(this.#model.modelID, form) ?? form
  }

  #retried<T extends Pick<Retry, 'attempt' | 'delay' | 'message'>>(news: T): T {
    this.#options.onRetry(`retry ${news.attempt} in ${news.delay} ms: ${news.message}`)
    this.#deadlines.retry(news.delay)
    return news
  }

  /** @throws BridgeError when the process ends, or what the deadlines or the client's signal end it with */
  async #next(frames: FrameQueue): Promise<News> {
    const frame = await frames.next(this.#deadlines.signal)
    if (frame) return frame
    throw new BridgeError(`The opencode process ended before its answer was complete: ${describeExit(await this.#worker.exit)}.`, {
      code: 'process_failed',
      status: 502,
    })
  }
}

function toCallError(error: FrameError, begun: boolean): Error {
  if (error.name === TOO_SLOW) return slowClient(error.message)
  const upstream = toUpstreamError(error)
  return begun || error.name === NOT_LEARNED ? upstream : new NoAnswerError(upstream)
}
