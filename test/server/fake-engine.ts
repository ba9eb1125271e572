import { setTimeout as sleep } from 'node:timers/promises'
import type { CallEvent, CallForm, KnownWire, ProviderCall } from '../../src/core/call.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Model } from '../../src/core/model.ts'
import type { Prompt } from '../../src/core/prompt.ts'
import type { UsageNews } from '../../src/core/usage.ts'
import type { EngineStatus, Lease, LeaseOptions } from '../../src/engines/engine.ts'
import { type Answer, tell } from '../wires/told-answers.ts'

export type Script = (prompt: Prompt, options: LeaseOptions) => AsyncIterable<AnswerEvent | UsageNews>

/** Answers as the test says. */
export class FakeEngine {
  readonly name = 'run'
  script: Script = () => say('Hello')
  list: Model[] = [model('github-copilot/gpt-5-mini'), model('openai/gpt-5'), model('openrouter/meta/llama-3')]
  state: EngineStatus = engineStatus()
  readonly prompts: Prompt[] = []
  servedBy: Lease['servedBy'] = 'run'
  /** The format in which the providers are called; without one there is only the session. */
  wire: KnownWire | undefined
  /** opencode's package for them. */
  npm = ''
  /** What they say to a call. */
  answer: Answer = { pieces: [{ say: 'Hello' }], reason: 'stop', usage: true }
  /** The error that they answer with instead. */
  failure: { status: number; body: string } | undefined
  /** What they were sent. */
  readonly calls: ProviderCall[] = []

  models(): Model[] {
    return this.list
  }

  formOf(): CallForm | null {
    if (this.wire === undefined) return null
    return {
      wire: this.wire,
      apiModel: 'api-model',
      url: 'https://provider.test/v1',
      npm: this.npm,
      defaults: {},
      configured: {},
      loginHeaders: [],
      preamble: [],
    }
  }

  async open(_model: string, options: LeaseOptions): Promise<Lease> {
    return {
      form: this.formOf() ?? undefined,
      servedBy: this.servedBy,
      call: (call) => {
        this.calls.push(call)
        return this.failure ? failCall(this.failure) : answerCall(this.wire!, this.answer, call)
      },
      generate: (prompt) => {
        this.prompts.push(prompt)
        return this.script(prompt, options)
      },
      release: () => {},
    }
  }

  async status(): Promise<EngineStatus> {
    return this.state
  }
}

async function* answerCall(wire: KnownWire, answer: Answer, { stream }: ProviderCall): AsyncGenerator<CallEvent> {
  const { events, whole, done } = tell[wire](answer)
  yield { type: 'head', status: 200, headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } }
  const frames = [...events.map((event) => JSON.stringify(event)), ...(done ? ['[DONE]'] : [])].map((data) => `data: ${data}\n\n`)
  for (const text of stream ? frames : [JSON.stringify(whole)]) yield { type: 'bytes', bytes: Buffer.from(text) }
}

async function* failCall({ status, body }: { status: number; body: string }): AsyncGenerator<CallEvent> {
  yield { type: 'head', status, headers: { 'content-type': 'application/json' } }
  yield { type: 'bytes', bytes: Buffer.from(body) }
}

export async function* say(...texts: string[]): AsyncGenerator<AnswerEvent> {
  for (const text of texts) yield { type: 'text-delta', text }
  yield { type: 'finish', reason: 'stop', usage: { input: 10, output: 4, cachedInput: 3, cacheWrites: 0, reasoning: 1 } }
}

/** Fails after some milliseconds without a single event. */
export function failAfter(delay: number, error: Error): AsyncIterable<AnswerEvent> {
  const next = async (): Promise<never> => {
    await sleep(delay)
    throw error
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

/** Says nothing beyond `first` until the signal aborts, and tells the test that it did. */
export function hang(onAbort: () => void, first: AnswerEvent[] = []): Script {
  return async function* (_, { signal }) {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        onAbort()
        reject(new Error('aborted'))
      })
    })
    aborted.catch(() => {})
    yield* first
    await aborted
  }
}

export function model(id: string): Model {
  return {
    id,
    provider: id.split('/')[0]!,
    name: id,
    contextLength: 128_000,
    maxOutputTokens: 16_384,
    toolCall: true,
    reasoning: false,
    input: { image: true, pdf: false, audio: false },
    wire: 'chat',
    efforts: [],
    releaseDate: '2025-08-07',
  }
}

export function engineStatus(): EngineStatus {
  return {
    name: 'run',
    mode: 'native',
    ready: true,
    opencode: { path: '/opt/opencode', version: '1.18.33' },
    pool: {
      starting: 0,
      idle: 1,
      acquired: 0,
      stopping: 0,
      queued: 0,
      minIdle: 1,
      maxSize: 4,
      capacity: 1,
      turnover: 'each',
      maxQueue: 64,
      counters: { created: 1, acquired: 0, fresh: 0, waited: 0, rejected: 0, timedOut: 0, failedStarts: 0, recycled: 0 },
      exits: { used: 0, replaced: 0, unneeded: 0, failed_start: 0, shutdown: 0, lost: 0 },
      draining: false,
      suspendedFor: 0,
    },
    processes: [],
  }
}
