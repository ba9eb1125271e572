import { afterEach, describe, expect, test, vi } from 'vitest'
import { digestOf, ManagedKeys } from '../../src/access/managed-keys.ts'
import { LimitGate } from '../../src/access/limits/limit-gate.ts'
import { createWindows } from '../../src/access/limits/windows.ts'
import { BridgeError } from '../../src/core/errors.ts'
import type { Limits } from '../../src/core/limits.ts'
import { createPriceBook } from '../../src/records/pricing/price-book.ts'
import type { LimitStore } from '../../src/storage/limit-store.ts'
import { memoryLimitStore } from '../../src/storage/memory/limit-store.ts'
import { type SqlDatabase, sqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLimitStore } from '../../src/storage/sql/limit-store.ts'
import { startSqlite } from '../storage/sql/databases.ts'
import { until } from '../support/until.ts'
import { hang, say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

const MODEL = 'openai/gpt-5'
/** A dollar for a million tokens, of input and of output. */
const prices = createPriceBook({
  models: () => [],
  overrides: [{ scope_kind: 'global', match_type: 'prefix', pattern: 'openai/', pricing_patch: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 } }],
})
const messages = [{ role: 'user', content: 'Hi' }]

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

interface Limited extends TestApp {
  store: LimitStore
  sent: string[]
}

/** An app whose clients have these limits each. */
function limited(limits: Limits, store: LimitStore = memoryLimitStore(), now = Date.now): Limited {
  const gate = new LimitGate({
    store,
    prices,
    windows: createWindows('UTC'),
    daemon: {},
    client: limits,
    policy: 'closed',
    log: { warn() {}, info() {} },
    now,
  })
  ends.push(() => gate.close())
  const sent: string[] = []
  const sessions = {
    fetch: async (path: string, init: RequestInit = {}) => {
      sent.push(`${init.method ?? 'GET'} ${path}`)
      if (path.endsWith('/message') && init.method !== 'POST') {
        const tokens = { input: 5, output: 3, reasoning: 1, cache: { read: 1, write: 0 } }
        return Response.json([{ info: { role: 'assistant', time: { created: Date.now() }, tokens } }, { info: { role: 'user' } }])
      }
      return Response.json({ id: 'ses_1', info: {}, parts: [] })
    },
  }
  const embedder = {
    lists: () => true,
    embed: async () => {
      sent.push('POST /embeddings')
      return { status: 200, headers: {}, text: '', answer: { vectors: [[1]], usage: undefined } }
    },
  }
  const more = { prices, limits: gate, embedders: new Map([['openai', embedder]]) }
  return Object.assign(testApp({ maxPromptLength: 1e6 }, sessions, undefined, undefined, more), { store, sent })
}

const post = async ({ app }: TestApp, path: string, body: object, headers: Record<string, string> = {}) =>
  app.request(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
const chat = (app: TestApp, more: object = {}) => post(app, '/v1/chat/completions', { model: MODEL, messages, max_tokens: 10, ...more })

/** What one of its counters comes to, once all that runs is settled. */
async function usedOf({ store }: Limited, meter: RegExp): Promise<bigint> {
  const names = [...spies.get(store)!].filter((name) => meter.test(name))
  return [...(await store.read(names)).values()].reduce((sum, used) => sum + used, 0n)
}
const spies = new Map<LimitStore, Set<string>>()
function spied(store: LimitStore): LimitStore {
  const names = new Set<string>()
  const watched: LimitStore = {
    ...store,
    reserve: (reservation) => {
      for (const { counter } of reservation.claims) names.add(counter)
      return store.reserve(reservation)
    },
  }
  spies.set(watched, names)
  return watched
}

async function sqlite(): Promise<{ url: string; open(): LimitStore }> {
  const server = await startSqlite()
  const databases: SqlDatabase[] = []
  ends.push(async () => {
    await Promise.all(databases.map((database) => database.close()))
    await server.stop()
  })
  return {
    url: server.url,
    open: () => {
      const database = sqlDatabase({ url: server.url })
      databases.push(database)
      return sqlLimitStore(database)
    },
  }
}

/** A body that each of the routes which ask a model takes. */
const ANY = {
  model: MODEL,
  messages,
  input: 'Hi',
  prompt: 'Hi',
  contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
  content: 'Hi',
  max_tokens: 10,
}
const BODIES: Record<string, object> = {
  '/v1/completions': { model: MODEL, prompt: 'Hi' },
  '/v1/responses': { model: MODEL, input: 'Hi' },
  '/v1/chat/completions': { model: MODEL, messages },
  '/session/:id/message': { content: 'Hi' },
}

/** Whether a request has reached a model or an agent. */
const reached = ({ engine, sent }: Limited) => engine.prompts.length > 0 || sent.some((call) => /^POST .*\/(message|embeddings)$/.test(call))

describe('the routes', () => {
  const all = limited({})
  const paths = all.routes.filter(({ auth }) => auth).map(({ method, path }) => [method === 'ANY' ? 'POST' : method, path] as const)
  const concrete = (path: string) =>
    path === '/v1beta/models/**' ? `/v1beta/models/${MODEL}:generateContent` : path.replace(':id', 'ses_1').replace(/:\w+/, 'per_1')
  const visit = async (app: Limited, method: string, path: string) => {
    // The session is this client's.
    if (path.includes(':id') && path.startsWith('/session')) await post(app, '/session', {})
    const hasBody = method === 'POST' || method === 'PATCH'
    const leaving = new AbortController()
    const response = await app.app.request(concrete(path), {
      method,
      signal: leaving.signal,
      headers: { ...(hasBody && { 'content-type': 'application/json' }), accept: 'application/json' },
      ...(hasBody && { body: JSON.stringify(BODIES[path] ?? ANY) }),
    })
    if (response.headers.get('content-type')?.includes('event-stream')) leaving.abort()
    else await response.text()
    return response.status
  }

  /** What asks nobody: a route that is new has to be met here, or by a limit. */
  const ASK_NOBODY = [
    /^GET /,
    /^DELETE /,
    /^PATCH \/session\/:id$/,
    /^POST \/v1\/messages\/count_tokens$/,
    /^POST \/v1\/responses\/input_tokens$/,
    /^POST \/v1\/responses\/:id\/cancel$/,
    /^POST \/session$/,
    /^POST \/v1\/daemon\//,
    /^POST \/api\/show$/,
    /^POST \/session\/:id\/(abort|permissions\/:permission)$/,
  ]

  test.each(paths)('%s %s reaches a model only as far as limits go', async (method, path) => {
    const [free, used] = [limited({}), limited({ requestsPerMinute: 1 })]
    expect((await chat(used)).status).toBe(200)
    used.engine.prompts.length = 0
    const asks = !ASK_NOBODY.some((route) => route.test(`${method} ${path}`))
    await visit(free, method, path)
    expect(reached(free), 'reaches a model without a limit').toBe(asks)
    const status = await visit(used, method, path)
    expect(reached(used), 'reaches a model beyond the limit').toBe(false)
    expect(status === 429).toBe(asks)
  })

  test('are those that a key may use, and the models', async () => {
    const app = limited({ routes: ['/v1/chat/*', '/v1/models'], models: ['openai/*'] })
    expect((await chat(app)).status).toBe(200)
    expect((await app.get('/v1/models')).status).toBe(200)
    expect(await (await post(app, '/v1/messages', { model: MODEL, messages, max_tokens: 9 })).json()).toMatchObject({ error: { type: 'permission_error' } })
    const other = await chat(app, { model: 'github-copilot/gpt-5-mini' })
    expect([other.status, await other.json()]).toMatchObject([403, { error: { code: 'model_not_allowed', param: 'model' } }])
  })
})

describe('under 200 requests at once', () => {
  const cases: [Limits, number, object][] = [
    [{ requestsPerMinute: 30 }, 30, {}],
    [{ concurrentRequests: 5 }, 5, {}],
    // 5 tokens of input, and 10 of output.
    [{ tokensPerDay: 400 }, 26, {}],
    [{ costPerDay: '0.0004' }, 26, {}],
  ]
  test.each(cases)('%j lets no more than %i in, from two daemons of one database', async (limits, most, more) => {
    const { open } = await sqlite()
    // No minute ends in the midst of it.
    const start = Date.now()
    const apps = [limited(limits, spied(open()), () => start), limited(limits, spied(open()), () => start)]
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => (end = resolve))
    let asked = 0
    for (const { engine } of apps) {
      engine.script = async function* () {
        asked++
        await ended
        yield* say('Hello')
      }
    }
    const answers = Array.from({ length: 200 }, (_, n) => chat(apps[n % 2]!, more))
    let refused = 0
    for (const answer of answers) void answer.then(({ status }) => (refused += Number(status === 429)))
    await until(() => asked + refused === 200)
    expect(asked).toBeLessThanOrEqual(most)
    // An estimate of tokens may be a little more.
    expect(asked).toBeGreaterThan(most * 0.8)
    end()
    const statuses = await Promise.all(answers.map(async (answer) => (await answer).status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(asked)
    // Each has read 10 and written 4.
    await expect.poll(async () => Number(await usedOf(apps[0]!, /tokens/)) || asked * 14).toBe(asked * 14)
    await expect.poll(() => usedOf(apps[0]!, /running/)).toBe(0n)
  })

  test('that end in every way, nothing stays reserved', async () => {
    const { open } = await sqlite()
    const app = limited({ concurrentRequests: 200, tokensPerDay: 1_000_000, requestsPerMinute: 1000 }, spied(open()))
    let n = 0
    app.engine.script = (prompt, options) => {
      switch (n++ % 4) {
        case 0:
          return say('Hello')
        case 1:
          throw new BridgeError('No.', { code: 'upstream_error', status: 500 })
        case 2:
          return hang(() => {}, [{ type: 'text-delta', text: 'Hel' }])(prompt, options)
        default:
          throw new TypeError('a defect')
      }
    }
    const ask = async (index: number) => {
      const leaving = new AbortController()
      const body = JSON.stringify({ model: MODEL, messages, max_tokens: 10, stream: true })
      const answer = (async () =>
        app.app.request('/v1/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: leaving.signal }))()
      if (index % 10 === 0) leaving.abort()
      const response = await answer.catch(() => undefined)
      const reader = response?.body?.getReader()
      await reader?.read()
      leaving.abort()
      await reader?.cancel().catch(() => {})
    }
    await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)))
    await expect.poll(() => usedOf(app, /running/)).toBe(0n)
    await expect.poll(async () => (await usedOf(app, /tokens/)) < 100n * 30n).toBe(true)
  })
})

describe('across restarts', () => {
  test('what was used counts on, and what a daemon held that died is free when its lease ends', async () => {
    const { open } = await sqlite()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const limits = { costTotal: '0.00005', concurrentRequests: 1 }
      const first = limited(limits, open())
      expect((await chat(first)).status).toBe(200)
      await until(() => first.records.length === 1)
      // It is never heard of again.
      first.engine.script = hang(() => {})
      void chat(first).catch(() => {})
      await until(() => first.engine.prompts.length === 2)
      const second = limited(limits, open())
      expect(await (await chat(second)).json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
      vi.setSystemTime(Date.now() + 61_000)
      expect((await chat(second)).status).toBe(200)
      // 28 of 50 millionths are used up, and a request may take 18.
      await until(() => second.records.length === 2)
      expect((await chat(second)).status).toBe(200)
      const { error } = (await (await chat(second)).json()) as { error: { code: string } }
      expect(error.code).toBe('insufficient_quota')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a refusal', () => {
  const requests: [string, object][] = [
    ['/v1/chat/completions', { model: MODEL, messages, max_tokens: 10 }],
    ['/v1/completions', { model: MODEL, prompt: 'Hi', max_tokens: 10 }],
    ['/v1/responses', { model: MODEL, input: 'Hi', max_output_tokens: 16 }],
    ['/v1/messages', { model: MODEL, messages, max_tokens: 10 }],
    [`/v1beta/models/${MODEL}:generateContent`, { ...ANY, generationConfig: { maxOutputTokens: 10 } }],
  ]

  test.each(requests)('of %s is in its format, with its vendor’s headers', async (path, body) => {
    const rate = limited({ requestsPerMinute: 1, tokensPerMinute: 1000 })
    const first = await post(rate, path, body)
    const second = await post(rate, path, body)
    expect([first.status, second.status]).toEqual([200, 429])
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(second.headers.get('x-should-retry')).toBeNull()
    const anthropic = path === '/v1/messages'
    for (const { headers } of [first, second]) {
      expect(headers.get(anthropic ? 'anthropic-ratelimit-requests-limit' : 'x-ratelimit-limit-requests')).toBe('1')
      expect(headers.get(anthropic ? 'anthropic-ratelimit-requests-remaining' : 'x-ratelimit-remaining-requests')).toBe('0')
      expect(headers.get(anthropic ? 'anthropic-ratelimit-tokens-limit' : 'x-ratelimit-limit-tokens')).toBe('1000')
      const reset = headers.get(anthropic ? 'anthropic-ratelimit-requests-reset' : 'x-ratelimit-reset-requests')!
      expect(reset).toMatch(anthropic ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/ : /^(\d+s|\d+ms|1m0s)$/)
    }
    const quota = await post(limited({ costTotal: '0.000001' }), path, body)
    expect([quota.status, quota.headers.get('x-should-retry'), quota.headers.get('retry-after')]).toEqual([429, 'false', null])
    const told = JSON.stringify([await second.json(), await quota.json()])
    const words = anthropic
      ? ['rate_limit_error']
      : path.startsWith('/v1beta')
        ? ['RESOURCE_EXHAUSTED', 'INSUFFICIENT_QUOTA']
        : ['"type":"rate_limit_error"', '"type":"insufficient_quota"']
    for (const word of words) expect(told).toContain(word)
  })

  test('is booked as one, and asks no model', async () => {
    const app = limited({ requestsPerMinute: 1 })
    await (await chat(app)).text()
    await (await chat(app)).text()
    await until(() => app.records.length === 2)
    expect(app.records[1]).toMatchObject({ attempts: [], outcome: { type: 'error', code: 'rate_limit_exceeded', status: 429 } })
    expect(app.engine.prompts).toHaveLength(1)
  })
})

test('what an agent took is counted, by all of its steps', async () => {
  const app = limited({ tokensPerDay: 100_000 }, spied(memoryLimitStore()))
  await post(app, '/session', {})
  const answer = await post(app, '/session/ses_1/message', { content: 'Hi' }, { accept: 'application/json' })
  expect(answer.status).toBe(200)
  await expect.poll(() => usedOf(app, /tokens/)).toBe(10n)
  expect(app.records.at(-1)).toMatchObject({ attempts: [{ model: 'github-copilot/gpt-5-mini', usage: { input: 6, output: 4, status: 'reported' } }] })
})

test('a key of its own has limits of its own', async () => {
  const keys = new ManagedKeys({
    load: async () => [
      { name: 'ci', digest: digestOf('ocb_1'), limits: { requestsPerMinute: 1 } },
      { name: 'own', digest: digestOf('ocb_2') },
    ],
    log: { warn() {}, info() {} },
  })
  const gate = new LimitGate({
    store: memoryLimitStore(),
    prices,
    windows: createWindows('UTC'),
    daemon: {},
    client: {},
    policy: 'closed',
    log: { warn() {}, info() {} },
  })
  ends.push(() => gate.close())
  const app = testApp({ managedKeys: true }, undefined, undefined, keys, { limits: gate })
  const ask = async (key: string) => (await post(app, '/v1/chat/completions', { model: MODEL, messages }, { authorization: `Bearer ${key}` })).status
  expect([await ask('ocb_1'), await ask('ocb_1'), await ask('ocb_2'), await ask('ocb_2')]).toEqual([200, 429, 200, 200])
})
