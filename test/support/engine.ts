import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Prompt } from '../../src/core/prompt.ts'
import { DemoModel } from '../../src/demo/demo-model.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { FormTable } from '../../src/engines/form-table.ts'
import { ProcessEngine } from '../../src/engines/process-engine.ts'
import { NativeWorker } from '../../src/engines/native-worker.ts'
import { shapeOf } from '../../src/engines/shape.ts'
import { locateOpencode } from '../../src/opencode/binary.ts'
import { Installation } from '../../src/opencode/installation.ts'
import { isolatedEnv } from './bridge.ts'
import { takePlace } from './place.ts'

export interface ResidentOptions {
  workers: number
  concurrency: number
  maxLifetime: number
  maxMemory: number
  askedIdle: number
  checkInterval: number
}

export interface TestEngine {
  engine: Engine
  /** All events of an answer to a prompt; what it leaves out is empty. */
  generate(prompt: Partial<Prompt> & { model: string }, signal?: AbortSignal): Promise<AnswerEvent[]>
  close(): Promise<void>
}

/**
 * Starts an engine without a server, on the real opencode with an empty home.
 * @param resident of engine `serve`; by default one worker that is never replaced
 * @param place of an upstream as well, where there is one; it is left with the engine
 */
export async function startEngine(
  name: Engine['name'],
  env: NodeJS.ProcessEnv,
  defaultModel: string,
  resident: Partial<ResidentOptions> = {},
  place = takePlace(),
): Promise<TestEngine> {
  const binary = await locateOpencode({ env: process.env })
  const installation = new Installation({
    binary,
    env: { ...isolatedEnv(place.home), ...env },
    startTimeout: 60_000,
    demo: new DemoModel(),
    demoOnly: false,
    ownProviders: () => ({}),
    complete: (models) => models,
  })
  const log = { warn: () => {}, debug: () => {} }
  const forms = new FormTable(() => {})
  const { workers, concurrency, maxLifetime, maxMemory, askedIdle, checkInterval } = {
    workers: 1,
    concurrency: 32,
    maxLifetime: 600_000,
    maxMemory: 4e9,
    askedIdle: 600_000,
    ...resident,
  }
  const shape = shapeOf({ engine: name, minIdle: 2, maxSize: 3, workers, workerConcurrency: concurrency })
  const common = { installation, agent: undefined, permissions: {}, startTimeout: 60_000, sessionsOnly: true, onForms: () => {} }
  const worker = (model?: string) => new NativeWorker({ ...common, model, shared: shape.turnover !== 'each', maxMemory, askedIdle })
  const engine = new ProcessEngine({
    name,
    installation,
    forms,
    create: worker,
    ask: () => worker(),
    pool: { ...shape, maxQueue: 64, acquireTimeout: 60_000, idleTimeout: 600_000, maxLifetime, ...(checkInterval && { checkInterval }) },
    plainShape: { minIdle: 0, maxSize: 3, capacity: 1, turnover: 'each' },
    timeouts: { firstToken: 60_000, token: 60_000, request: 60_000, client: 60_000 },
    retry: { maxRetries: 0, delay: 100, maxRetryAfter: 1000 },
    freeRetries: 1000,
    findConnection: () => undefined,
    mode: 'native',
    agent: undefined,
    defaultModel: () => defaultModel,
    log,
  })
  await engine.start()
  return {
    engine,
    generate: async (prompt, signal = AbortSignal.timeout(60_000)) => {
      const events: AnswerEvent[] = []
      const whole: Prompt = { messages: [], tools: [], toolChoice: { type: 'auto' }, output: { type: 'text' }, parameters: {}, ...prompt }
      const lease = await engine.open(whole.model, { client: 'test', signal, requestId: 'test' })
      try {
        for await (const event of lease.generate(whole)) if (event.type !== 'usage') events.push(event)
      } finally {
        lease.release()
      }
      return events
    },
    close: async () => {
      await engine.close()
      installation.close()
      place.leave()
    },
  }
}

export function textOf(events: AnswerEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
}

export function callsOf(events: AnswerEvent[]): { name: string; arguments: string }[] {
  const calls: { name: string; arguments: string }[] = []
  for (const event of events) {
    if (event.type === 'tool-call-start') calls[event.index] = { name: event.name, arguments: '' }
    if (event.type === 'tool-call-delta') calls[event.index]!.arguments += event.arguments
  }
  return calls
}
