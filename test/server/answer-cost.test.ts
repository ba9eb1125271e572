import { describe, expect, test } from 'vitest'
import type { KnownWire } from '../../src/core/call.ts'
import { createPriceBook } from '../../src/records/pricing/price-book.ts'
import type { AppConfig } from '../../src/server/app-options.ts'
import { testApp, type TestApp } from './test-app.ts'

const MODEL = 'openai/gpt-5'
/** A millionth of a dollar for a token of input, half of it from the cache, ten for one of output. */
const prices = createPriceBook({
  models: () => [],
  overrides: [
    {
      scope_kind: 'provider',
      provider_id: 'openai',
      match_type: 'exact',
      pattern: 'gpt-5',
      pricing_patch: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-5, cache_read_input_token_cost: 5e-7 },
    },
  ],
})

interface Spent {
  cost?: number
  cost_details?: Record<string, number>
  [tokens: string]: unknown
}

function app(answerCosts: AppConfig['answerCosts'] = 'own', wire?: KnownWire): TestApp {
  const test = testApp({ answerCosts }, undefined, undefined, undefined, { prices })
  test.engine.wire = wire
  return test
}

const BODIES: Record<string, object> = {
  '/v1/chat/completions': { model: MODEL, messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/completions': { model: MODEL, prompt: 'Hi' },
  '/v1/responses': { model: MODEL, input: 'Hi' },
  '/v1/messages': { model: MODEL, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
  [`/v1beta/models/${MODEL}:generateContent`]: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  '/api/opencode': { model: MODEL, prompt: 'Hi' },
}

const ask = ({ app }: TestApp, path: string, more: object = {}) =>
  app.request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...BODIES[path], ...more }) })

/** The usage in the last event that has one. */
async function lastUsage(response: Response): Promise<Spent | undefined> {
  const events = (await response.text()).split('\n').flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6))] : []))
  return events.map((event) => event.usage ?? event.response?.usage).findLast((usage) => usage != null)
}

describe('answers of the bridge’s own', () => {
  // 10 tokens of input, 3 of them from the cache, and 4 of output.
  test.each(Object.keys(BODIES))('say their cost by headers on %s', async (path) => {
    const { headers } = await ask(app(), path)
    expect([headers.get('x-bridge-cost'), headers.get('x-bridge-tokens')]).toEqual(['0.0000485', 'input=10, output=4, cached=3, reasoning=1'])
  })

  test.each([
    ['/v1/chat/completions', 'prompt', 'completions', { stream_options: { include_usage: true } }],
    ['/v1/completions', 'prompt', 'completions', { stream_options: { include_usage: true } }],
    ['/v1/responses', 'input', 'output', {}],
  ])('have it in the usage of %s, also in the last that a stream tells', async (path, read, written, more) => {
    const cost_details = {
      upstream_inference_cost: 0.0000485,
      [`upstream_inference_${read}_cost`]: 0.0000085,
      [`upstream_inference_${written}_cost`]: 0.00004,
    }
    const { usage } = (await (await ask(app(), path)).json()) as { usage: Spent }
    expect(usage).toMatchObject({ cost: 0.0000485, cost_details })
    expect(await lastUsage(await ask(app(), path, { stream: true, ...more }))).toMatchObject({ cost: 0.0000485, cost_details })
  })

  test('count each of several, and what a model took that was asked before', async () => {
    const { usage } = (await (await ask(app(), '/v1/chat/completions', { n: 2 })).json()) as { usage: Spent }
    expect(usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 8, cost: 0.000097 })
  })

  test('do not name what nobody knows', async () => {
    const response = await ask(app(), '/v1/chat/completions', { model: 'github-copilot/gpt-5-mini' })
    expect(response.headers.get('x-bridge-cost')).toBeNull()
    expect(response.headers.get('x-bridge-tokens')).not.toBeNull()
    expect(((await response.json()) as { usage: Spent }).usage).not.toHaveProperty('cost')
    const silent = app()
    silent.engine.script = async function* () {
      yield { type: 'finish', reason: 'stop', usage: undefined }
    }
    const { headers } = await ask(silent, '/v1/messages')
    expect([headers.get('x-bridge-cost'), headers.get('x-bridge-tokens')]).toEqual([null, null])
  })

  test('say nothing where it is switched off', async () => {
    const response = await ask(app('off'), '/v1/chat/completions')
    expect([...response.headers.keys()].filter((name) => /cost|tokens/.test(name))).toEqual([])
    expect(((await response.json()) as { usage: Spent }).usage).not.toHaveProperty('cost')
  })
})

describe('an answer that is passed on', () => {
  const paths = [
    ['/v1/chat/completions', 'chat', { stream_options: { include_usage: true } }],
    ['/v1/responses', 'responses', {}],
  ] as const

  test.each(paths)('of %s stays as it came, and has its cost in headers', async (path, wire, more) => {
    const [own, off] = await Promise.all((['own', 'off'] as const).map((costs) => ask(app(costs, wire), path)))
    expect(own!.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(Number(own!.headers.get('x-bridge-cost'))).toBeGreaterThan(0)
    expect(await own!.text()).toBe(await off!.text())
    const streams = await Promise.all((['own', 'off'] as const).map((costs) => ask(app(costs, wire), path, { stream: true, ...more })))
    const [one, other] = await Promise.all(streams.map((stream) => stream.text()))
    expect(one).toBe(other)
  })

  test.each(paths)('of %s has it in its usage where that is wished for, and all else as it was', async (path, wire, more) => {
    for (const stream of [false, true]) {
      const body = stream ? { stream, ...more } : {}
      const [all, off] = await Promise.all((['all', 'off'] as const).map(async (costs) => (await ask(app(costs, wire), path, body)).text()))
      const priced = /,"cost":[\d.e-]+,"cost_details":\{[^}]*\}/g
      expect(all!.match(priced)).toHaveLength(1)
      expect(all!.replace(priced, '')).toBe(off)
    }
  })

  test('has none in a usage that the client has not asked for', async () => {
    expect(await lastUsage(await ask(app('all', 'chat'), '/v1/chat/completions', { stream: true }))).toBeUndefined()
  })
})
