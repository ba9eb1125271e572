import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import { ApiError, GoogleGenAI } from '@google/genai'
import { HumanMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { toNodeHandler } from 'h3'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LimitGate } from '../../src/access/limits/limit-gate.ts'
import { createWindows } from '../../src/access/limits/windows.ts'
import type { Limits } from '../../src/core/limits.ts'
import { createPriceBook } from '../../src/records/pricing/price-book.ts'
import { memoryLimitStore } from '../../src/storage/memory/limit-store.ts'
import { testApp } from './test-app.ts'

/** The vendors' packages at a daemon that refuses: over HTTP, as many times as each package asks. */

const model = 'openai/gpt-5'
const prices = createPriceBook({
  models: () => [],
  overrides: [{ scope_kind: 'global', match_type: 'prefix', pattern: 'openai/', pricing_patch: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 } }],
})

let server: Server
let base: string
let gate: LimitGate
let app: ReturnType<typeof testApp>
let asked = 0

/** What everybody may use from now on; nothing was used yet. */
function allow(limits: Limits): void {
  gate = new LimitGate({
    store: memoryLimitStore(),
    prices,
    windows: createWindows('UTC'),
    daemon: limits,
    client: {},
    policy: 'closed',
    log: { warn() {}, info() {} },
  })
}

beforeAll(async () => {
  allow({})
  const limits = new Proxy({} as LimitGate, {
    get: (_, name) => {
      const value = gate[name as keyof LimitGate] as unknown
      return typeof value === 'function' ? value.bind(gate) : value
    },
  })
  app = testApp({}, undefined, undefined, undefined, { limits, prices })
  const handler = toNodeHandler(app.app)
  server = createServer((request, response) => {
    asked++
    return handler(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = 0
})

const messages = [{ role: 'user' as const, content: 'Hi' }]
const openai = (maxRetries: number) => new OpenAI({ apiKey: 'any', baseURL: `${base}/v1`, maxRetries })
const anthropic = (maxRetries: number) => new Anthropic({ apiKey: 'any', baseURL: base, maxRetries })
const google = (attempts: number) => new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: base, retryOptions: { attempts } } })

interface Package {
  /** @param retries that the package may make by itself */
  ask(retries: number): Promise<unknown>
  /** What it throws for 429 and for 403. */
  rateLimit: Function
  forbidden: Function
}

const packages: Record<string, Package> = {
  openai: {
    ask: (retries) => openai(retries).chat.completions.create({ model, messages, max_tokens: 10 }),
    rateLimit: OpenAI.RateLimitError,
    forbidden: OpenAI.PermissionDeniedError,
  },
  'openai, Responses': {
    ask: (retries) => openai(retries).responses.create({ model, input: 'Hi', max_output_tokens: 16 }),
    rateLimit: OpenAI.RateLimitError,
    forbidden: OpenAI.PermissionDeniedError,
  },
  '@anthropic-ai/sdk': {
    ask: (retries) => anthropic(retries).messages.create({ model, messages, max_tokens: 10 }),
    rateLimit: Anthropic.RateLimitError,
    forbidden: Anthropic.PermissionDeniedError,
  },
  '@google/genai': {
    ask: (retries) => google(retries + 1).models.generateContent({ model, contents: 'Hi', config: { maxOutputTokens: 10 } }),
    rateLimit: ApiError,
    forbidden: ApiError,
  },
  '@langchain/openai': {
    ask: (maxRetries) =>
      new ChatOpenAI({ model, apiKey: 'any', maxTokens: 10, maxRetries, configuration: { baseURL: `${base}/v1` } }).invoke([new HumanMessage('Hi')]),
    rateLimit: OpenAI.RateLimitError,
    forbidden: OpenAI.PermissionDeniedError,
  },
}

const thrown = async (asking: Promise<unknown>): Promise<any> =>
  asking.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => error,
  )

describe.each(Object.entries(packages))('%s', (name, { ask, rateLimit, forbidden }) => {
  test('throws its class for each refusal', async () => {
    allow({ requestsPerMinute: 1 })
    await ask(0)
    const rate = await thrown(ask(0))
    expect([rate instanceof rateLimit || rate.cause instanceof rateLimit || rate.name, rate.status ?? rate.cause?.status]).toEqual([true, 429])
    allow({ costTotal: '0.000001' })
    const quota = await thrown(ask(0))
    expect([quota instanceof rateLimit || quota.name === 'InsufficientQuotaError', quota.status]).toEqual([true, 429])
    expect(String(quota.message)).toContain('quota')
    allow({ models: ['other/*'] })
    const model = await thrown(ask(0))
    expect([model instanceof forbidden, model.status]).toEqual([true, 403])
  })

  // Google's package repeats any 429 as often as its user lets it, and knows no word against that.
  test.skipIf(name.startsWith('@google'))('does not repeat a request that is out of money', async () => {
    allow({ costTotal: '0.000001' })
    await thrown(ask(3))
    expect(asked).toBe(1)
  })
})

test('without being told to, Google’s package does not repeat one either', async () => {
  allow({ costTotal: '0.000001' })
  const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: base } })
  await thrown(client.models.generateContent({ model, contents: 'Hi' }))
  expect(asked).toBe(1)
})
