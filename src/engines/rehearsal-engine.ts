import type { CallForm } from '../core/call.ts'
import type { Model } from '../core/model.ts'
import { encodeBytesLine, encodeFrame, modelIdOf, type ModelRef, parseFrame } from '../plugin/contract.ts'
import { LineReader } from '../plugin/line-reader.ts'
import { Pool } from '../pool/pool.ts'
import type { Engine, Lease, LeaseOptions } from './engine.ts'
import { FormTable } from './form-table.ts'
import { FrameQueue } from './frame-queue.ts'
import { ProcessLease } from './process-lease.ts'
import { ProviderHealth } from './provider-health.ts'
import type { Worker } from './worker.ts'

const MODEL: ModelRef = { providerID: 'rehearsal', modelID: 'model' }

const FORM: CallForm = {
  wire: 'chat',
  apiModel: MODEL.modelID,
  url: 'http://rehearsal.invalid/v1/chat/completions',
  npm: '@ai-sdk/openai-compatible',
  defaults: {},
  configured: {},
  loginHeaders: [],
  preamble: [],
}

const EVENTS = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { choices: [], usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 } },
].map((event) => `data: ${JSON.stringify({ id: 'rehearsal', object: 'chat.completion.chunk', created: 1, model: MODEL.modelID, ...event })}\n\n`)

/** For a rehearsal of the daemon: an engine with one model whose answers are always the same, and all else of a real one but the process. */
export class RehearsalEngine implements Pick<Engine, 'name' | 'models' | 'formOf' | 'open' | 'status'> {
  static readonly model = modelIdOf(MODEL)
  readonly name = 'auto'
  readonly #forms = new FormTable(() => {})
  readonly #health = new ProviderHealth(0)
  readonly #pool = new Pool<Worker>({
    create: createWorker,
    minIdle: 1,
    maxSize: 1,
    capacity: 1,
    turnover: 'none',
    maxQueue: 1,
    acquireTimeout: 10_000,
    idleTimeout: 60_000,
    maxLifetime: 60_000,
    onError: () => {},
  })

  models(): Model[] {
    const input = { image: false, pdf: false, audio: false }
    return [
      {
        id: RehearsalEngine.model,
        provider: MODEL.providerID,
        name: MODEL.modelID,
        contextLength: 128_000,
        maxOutputTokens: 16_000,
        toolCall: true,
        reasoning: false,
        input,
        wire: FORM.wire,
        efforts: [],
        releaseDate: '',
      },
    ]
  }

  formOf(model: string): CallForm | null | undefined {
    return this.#forms.find(model)
  }

  async open(model: string, { client, signal }: LeaseOptions): Promise<Lease> {
    const lease = new ProcessLease({
      place: await this.#pool.acquire(client, signal),
      servedBy: 'run',
      model,
      connection: undefined,
      timeouts: { firstToken: 10_000, token: 10_000, request: 10_000, client: 10_000 },
      retry: { maxRetries: 0, delay: 1, maxRetryAfter: 1 },
      health: this.#health,
      signal,
      onRetry: () => {},
    })
    await lease.learn(this.#forms)
    return lease
  }

  status(): Promise<never> {
    throw new Error('A rehearsal has no status.')
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

/** Its answers come as lines, as they do from a process. */
function createWorker(): Worker {
  let end = (): void => {}
  const exited = new Promise<void>((resolve) => (end = resolve))
  const answer = (...chunks: (string | Uint8Array)[]): FrameQueue => {
    const queue = new FrameQueue()
    const lines = new LineReader()
    setImmediate(() => {
      for (const read of chunks.flatMap((chunk) => lines.push(Buffer.from(chunk)))) {
        const frame = typeof read === 'string' ? parseFrame(read) : read
        if (frame && 'request' in frame) queue.push(frame)
      }
    })
    return queue
  }
  return {
    pid: undefined,
    ready: Promise.resolve(),
    exited,
    exit: exited.then(() => ({ exitCode: 0, signal: undefined, code: undefined, complaint: undefined })),
    stop: async () => end(),
    submit: () => {
      throw new Error('A rehearsal has no sessions.')
    },
    learn: (id, model) => answer(encodeFrame({ request: id, type: 'form', model, form: FORM }), encodeFrame({ request: id, type: 'done' })),
    call: (id) => {
      const head = encodeFrame({ request: id, type: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } })
      const pieces = [...EVENTS, 'data: [DONE]\n\n'].flatMap((event) => [encodeBytesLine(id, Buffer.byteLength(event)), event])
      return answer(head, ...pieces, encodeFrame({ request: id, type: 'done' }))
    },
    credit: () => {},
    abort: () => {},
  }
}
