import { configSchema } from '../config/schema.ts'
import { RehearsalEngine } from '../engines/rehearsal-engine.ts'
import { LogTail } from '../live/log-tail.ts'
import { callHttp } from '../opencode/http-call.ts'
import { RecentRecords } from '../records/recent.ts'
import { Recorder } from '../records/recorder.ts'
import { createPriceBook } from '../records/pricing/price-book.ts'
import { createApp } from '../server/app.ts'
import { listen } from '../server/listen.ts'
import { memoryReasoningStore } from '../storage/memory/reasoning-store.ts'
import { openLimits } from './open-limits.ts'

/** Of each question. After some twenty requests, more make no difference to the next. */
const ROUNDS = 10

const model = RehearsalEngine.model

/** One that is passed on as it is, and one that is translated. */
const QUESTIONS: readonly { path: string; body: unknown }[] = [
  {
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'Hello' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    },
  },
  { path: '/v1/responses', body: { model, instructions: 'You are a helpful assistant.', input: 'Hello', stream: true } },
]

/**
 * Answers requests of its own, on a port of its own and without a process, while the daemon waits for its first one. The
 * code of a request's way is compiled by then: the first requests after a start, and those after a quiet time, took 10 ms
 * longer. Nothing of it is seen anywhere, and nothing of the configuration has a part in it.
 * @param signal ends it
 * @throws what a request or the port fails with
 */
export async function rehearse(signal: AbortSignal): Promise<void> {
  // Nothing is to be written, so there are no books.
  const config = { ...configSchema.parse({}), ledger: false }
  const engine = new RehearsalEngine()
  const recent = new RecentRecords()
  const quiet = { warn: () => {}, info: () => {} }
  const prices = createPriceBook({ models: () => engine.models(), overrides: [] })
  const limits = openLimits({ config, prices, env: {}, log: quiet })
  const app = createApp({
    engine,
    config,
    sessions: { fetch: async () => Response.json({}) },
    reasoning: memoryReasoningStore({ maxBytes: config.maxReasoningBytes, maxEntries: config.maxReasoningEntries, lifetime: config.reasoningLifetime }),
    instance: { version: '', pid: process.pid, id: '', startedAt: Date.now(), url: () => '' },
    recorder: new Recorder({ sinks: [recent], onFault: () => {} }),
    recent,
    log: new LogTail(),
    onDefect: () => {},
    prices,
    limits: limits.gate,
  })
  const { url, close, closeConnections } = await listen(app, { ...config, host: '127.0.0.1', port: 0, furtherPorts: [] }, () => {})
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const question of QUESTIONS) {
        signal.throwIfAborted()
        await ask(url, question, signal)
      }
    }
  } finally {
    closeConnections()
    await Promise.all([close(), engine.close(), limits.close()])
  }
}

async function ask(url: string, { path, body }: (typeof QUESTIONS)[number], signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await callHttp(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal }, () => {})
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
}
