import { expect, test } from 'vitest'
import type { CallEvent, CallForm, KnownWire } from '../../src/core/call.ts'
import { addUsage, NO_USAGE, type Usage } from '../../src/core/usage.ts'
import type { RequestRecord } from '../../src/records/record.ts'
import { wireFormats } from '../../src/wires/index.ts'
import { testApp } from '../server/test-app.ts'
import { until } from '../support/until.ts'
import { type Answer, tell } from '../wires/told-answers.ts'

/** What the provider was asked and has told, call by call. */
interface UpstreamCall {
  told: Usage | undefined
  whole: boolean
}

type Kind = (typeof KINDS)[number]
const KINDS = ['streamed', 'whole', 'tools', 'two choices', 'stop enforced', 'cancelled midway', 'failed, then repeated', 'fallback'] as const
const WIRES: readonly KnownWire[] = ['chat', 'responses', 'messages', 'gemini']

const TEXT: Answer = { pieces: [{ say: 'Hello, said the one to the other' }], reason: 'stop', usage: true }
const CALL: Answer = { pieces: [{ call: 'weather', id: 'call_1', args: '{"city":"Rome"}' }], reason: 'stop', usage: true }

const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }]
const FIELDS: Partial<Record<Kind, object>> = {
  whole: {},
  tools: { stream: true, tools },
  'two choices': { stream: true, n: 2 },
  'stop enforced': { stream: true, stop: ['said'] },
}

/** A provider of any format, that is asked as opencode would ask it. */
function createProvider(app: ReturnType<typeof testApp>) {
  const calls: UpstreamCall[] = []
  const state = { kind: 'streamed' as Kind, wire: 'chat' as KnownWire }
  async function* call(model: string, stream: boolean, signal: AbortSignal): AsyncGenerator<CallEvent> {
    const { kind, wire } = state
    if (kind === 'fallback' && model === 'openai/gpt-5') {
      yield { type: 'head', status: 503, headers: { 'content-type': 'application/json' } }
      yield { type: 'bytes', bytes: Buffer.from('{"error":{"message":"Down."}}') }
      return
    }
    if (kind === 'failed, then repeated') yield { type: 'retry', attempt: 1, delay: 0, message: 'Down.' }
    const book: UpstreamCall = { told: undefined, whole: false }
    calls.push(book)
    const { events, whole, done } = tell[wire](kind === 'tools' ? CALL : TEXT)
    yield { type: 'head', status: 200, headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } }
    const reader = wireFormats[wire].createReader({ model })
    for (const [index, event] of (stream ? events : []).entries()) {
      reader.read(event)
      book.told = reader.usage
      yield { type: 'bytes', bytes: Buffer.from(`data: ${JSON.stringify(event)}\n\n`) }
      if (kind === 'cancelled midway' && index === 3) await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
    }
    if (stream && done) yield { type: 'bytes', bytes: Buffer.from('data: [DONE]\n\n') }
    if (!stream) {
      book.told = wireFormats[wire].usageOf(whole)
      yield { type: 'bytes', bytes: Buffer.from(JSON.stringify(whole)) }
    }
    book.whole = true
  }
  app.engine.open = async (model, { signal }) => ({
    form: { ...app.engine.formOf()!, wire: state.wire } as CallForm,
    servedBy: 'run',
    call: ({ stream }) => call(model, stream, signal),
    generate: () => expect.unreachable(),
    release: () => {},
  })
  return { calls, state }
}

const sum = (usages: readonly (Usage | undefined)[]) => usages.reduce<Usage>((total, usage) => addUsage(total, usage)!, NO_USAGE)
const numbers = ({ status: _status, ...usage }: RequestRecord['usage']): Usage => usage

test('of 200 mixed requests the records have what the providers told, or say that it is a part', { timeout: 60_000 }, async () => {
  const app = testApp({ aliases: { best: ['openai/gpt-5', 'openrouter/meta/llama-3'] } })
  const { calls, state } = createProvider(app)
  const seen: Record<string, Set<string>> = {}
  for (let index = 0; index < 200; index++) {
    const kind = KINDS[index % KINDS.length]!
    state.kind = kind
    app.engine.wire = state.wire = WIRES[Math.floor(index / KINDS.length) % WIRES.length]!
    calls.length = app.records.length = 0
    const lane = kind === 'two choices' || state.wire !== 'chat' || index % 3 ? 'auto' : 'translated'
    const fields = FIELDS[kind] ?? { stream: true }
    const body = { model: kind === 'fallback' ? 'best' : 'openai/gpt-5', messages: [{ role: 'user', content: 'Hi' }], ...fields }
    const response = await app.chat(body, { headers: { 'x-bridge-lane': lane } })
    expect(response.status).toBe(200)
    if (kind === 'cancelled midway') {
      const reader = response.body!.getReader()
      await reader.read()
      await reader.cancel()
    } else await response.text()
    await until(() => app.records.length === 1)

    const { usage, attempts, outcome } = app.records[0]!
    const what = `${kind}, ${state.wire}, ${lane}`
    ;(seen[kind] ??= new Set()).add(usage.status)
    expect(outcome.type, what).toBe(kind === 'cancelled midway' ? 'cancelled' : 'finished')
    expect(numbers(usage), what).toEqual(sum(calls.map(({ told }) => told)))
    expect(sum(attempts.map((attempt) => attempt.usage && numbers(attempt.usage))), what).toEqual(numbers(usage))
    if (calls.every(({ whole }) => whole)) expect(usage, what).toMatchObject({ status: 'reported', input: 100 * calls.length, output: 30 * calls.length })
    else expect(usage.status, what).toBe(usage.input > 0 ? 'partial' : 'none')
    expect(attempts.map(({ retries }) => retries).at(-1), what).toBe(kind === 'failed, then repeated' ? 1 : 0)
    expect(attempts.length, what).toBe(kind === 'fallback' ? 2 : 1)
  }
  expect(seen['cancelled midway']).toEqual(new Set(['partial', 'none']))
  expect(seen.fallback).toEqual(new Set(['reported']))
  expect(seen['stop enforced']).toContain('reported')
  expect(seen['stop enforced']).not.toEqual(new Set(['reported']))
})

test('of an answer that is passed on and left midway, what its provider told so far', async () => {
  const app = testApp()
  const { calls, state } = createProvider(app)
  app.engine.wire = state.wire = 'messages'
  state.kind = 'cancelled midway'
  const body = JSON.stringify({ model: 'openai/gpt-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], stream: true })
  const response = await app.app.request('/v1/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const reader = response.body!.getReader()
  await reader.read()
  await reader.cancel()
  await until(() => app.records.length === 1)
  const { usage, lane, outcome } = app.records[0]!
  expect([lane, outcome.type, usage.status]).toEqual(['verbatim', 'cancelled', 'partial'])
  expect(usage.input).toBe(100)
  expect(numbers(usage)).toEqual(calls[0]!.told)
})

test('a session tells what was used before its end', async () => {
  const app = testApp()
  app.engine.script = async function* (_prompt, { signal }) {
    yield { type: 'usage', wire: 'messages', told: { usage: { input_tokens: 80, cache_read_input_tokens: 20, output_tokens: 1 } } }
    yield { type: 'text-delta', text: 'Hel' }
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
  }
  const response = await app.chat({ model: 'openai/gpt-5', messages: [{ role: 'user', content: 'Hi' }], stream: true })
  const reader = response.body!.getReader()
  await reader.read()
  await reader.cancel()
  await until(() => app.records.length === 1)
  expect(app.records[0]).toMatchObject({
    usage: { input: 100, cachedInput: 20, output: 1, status: 'partial' },
    outcome: { type: 'cancelled' },
    lane: 'session',
  })
})
