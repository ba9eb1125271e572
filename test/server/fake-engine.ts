import { setTimeout as sleep } from 'node:timers/promises'
import type { Event } from '../../src/core/event.ts'
import type { Model } from '../../src/core/model.ts'
import type { Prompt } from '../../src/core/prompt.ts'
import type { EngineStatus, Lease, LeaseOptions } from '../../src/engines/engine.ts'

export type Script = (prompt: Prompt, options: LeaseOptions) => AsyncIterable<Event>

/** Answers as the test says. */
export class FakeEngine {
  script: Script = () => say('Hello')
  list: Model[] = [model('github-copilot/gpt-5-mini'), model('openai/gpt-5'), model('openrouter/meta/llama-3')]
  state: EngineStatus = engineStatus()
  readonly prompts: Prompt[] = []

  models(): Model[] {
    return this.list
  }

  formOf(): null {
    return null
  }

  /** A place for a request that runs in a session. */
  async open(_model: string, options: LeaseOptions): Promise<Lease> {
    return {
      form: undefined,
      call: () => {
        throw new Error('there is no form')
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

export async function* say(...texts: string[]): AsyncGenerator<Event> {
  for (const text of texts) yield { type: 'text-delta', text }
  yield { type: 'finish', reason: 'stop', usage: { input: 10, output: 4, cachedInput: 3, cacheWrites: 0, reasoning: 1 } }
}

/** Fails after some milliseconds without a single event. */
export function failAfter(delay: number, error: Error): AsyncIterable<Event> {
  const next = async (): Promise<never> => {
    await sleep(delay)
    throw error
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

/** Says nothing beyond `first` until the signal aborts, and tells the test that it did. */
export function hang(onAbort: () => void, first: Event[] = []): Script {
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
    opencode: { path: '/opt/opencode', version: '1.18.33' },
    pool: {
      starting: 0,
      idle: 1,
      acquired: 0,
      stopping: 0,
      queued: 0,
      minIdle: 1,
      maxSize: 4,
      maxQueue: 64,
      counters: { created: 1, acquired: 0, waited: 0, rejected: 0, timedOut: 0, failedStarts: 0, recycled: 0 },
      draining: false,
      suspendedFor: 0,
    },
    processes: [],
  }
}
