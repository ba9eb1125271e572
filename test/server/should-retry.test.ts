import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Script } from './fake-engine.ts'
import { hello, type TestApp, testApp } from './test-app.ts'

const MODEL = hello.model
const HEADER = 'x-should-retry'

/** A provider that fails, after so many retries of the bridge. */
function failing(error: () => BridgeError, retries = 0): Script {
  return async function* (): AsyncGenerator<AnswerEvent> {
    for (let attempt = 1; attempt <= retries; attempt++) yield { type: 'retry', attempt, delay: 0, message: 'The provider answered 503' }
    throw error()
  }
}

const refusal =
  (status: number, more: object = {}) =>
  () =>
    new BridgeError('No.', { code: 'upstream_error', status, ...more })
const says = (value: string) => ({ answer: { headers: { [HEADER]: value } } })

const requests: [string, string, object][] = [
  ['Chat Completions', '/v1/chat/completions', hello],
  ['Completions', '/v1/completions', { model: MODEL, prompt: 'Hi' }],
  ['Responses', '/v1/responses', { model: MODEL, input: 'Hi' }],
  ['Messages', '/v1/messages', { model: MODEL, max_tokens: 10, messages: hello.messages }],
  ['Gemini', `/v1beta/models/${MODEL}:generateContent`, { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }],
]

describe.each(requests)('x-should-retry on errors of %s', (_, path, body) => {
  const ask = ({ app }: TestApp, more: object = {}) =>
    app.request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, ...more }) })

  it.each<[string, number, Script, string | null]>([
    ['a bad request', 400, failing(refusal(400)), 'false'],
    ['a rejected key', 401, failing(refusal(401)), 'false'],
    ['a forbidden one', 403, failing(refusal(403)), 'false'],
    ['a model that is not there', 404, failing(refusal(404)), 'false'],
    ['a body that is too large', 413, failing(refusal(413)), 'false'],
    ['what the provider cannot do', 501, failing(refusal(501)), 'false'],
    ['a rate limit that was waited for in vain', 429, failing(refusal(429, { retryAfter: 1000 }), 1), 'false'],
    ['one that the provider would have repeated', 429, failing(refusal(429, says('true')), 1), 'false'],
    ['a provider that stays down', 503, failing(refusal(503), 4), 'false'],
    ['a connection that stays away', 502, failing(refusal(502), 4), 'false'],
    ['a used-up quota', 429, failing(refusal(429, { code: 'insufficient_quota' })), 'false'],
    ['a pause of hours', 429, failing(refusal(429, { retryAfter: 7_200_000 })), 'false'],
    ['what nobody has repeated yet', 503, failing(refusal(503)), null],
    ['a pause that the client may wait for', 429, failing(refusal(429, { retryAfter: 30_000 })), null],
    ['the provider’s own word', 500, failing(refusal(500, says('false'))), 'false'],
    ['its word for the contrary', 409, failing(refusal(409, says('true'))), 'true'],
  ])('%s', async (_case, status, script, value) => {
    const app = testApp()
    app.engine.script = script
    const response = await ask(app)
    expect(response.status).toBe(status)
    expect(response.headers.get(HEADER)).toBe(value)
  })

  it('is that of the model that was asked last', async () => {
    const app = testApp({ aliases: { best: ['github-copilot/gpt-5-mini', MODEL] } })
    const scripts: Record<string, Script> = { 'github-copilot/gpt-5-mini': failing(refusal(503), 4), [MODEL]: failing(refusal(503)) }
    app.engine.script = (prompt, options) => scripts[prompt.model]!(prompt, options)
    const response = await app.app.request(path.replace(MODEL, 'best'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...('model' in body && { model: 'best' }) }),
    })
    expect(response.status).toBe(503)
    expect(response.headers.get(HEADER)).toBeNull()
  })

  it('is there on a key of the bridge’s own', async () => {
    const response = await ask(testApp({ apiKeys: ['the-key'] }))
    expect(response.status).toBe(401)
    expect(response.headers.get(HEADER)).toBe('false')
  })
})

describe('the vendors’ packages', () => {
  /** Counts what a package sends to the app. */
  function counted(script: Script): { fetch: typeof fetch; count: () => number } {
    const app = testApp()
    app.engine.script = script
    let count = 0
    return {
      fetch: async (input, init) => {
        count++
        return app.app.request(String(input).replace(/^https?:\/\/[^/]+/, ''), init as RequestInit)
      },
      count: () => count,
    }
  }

  it.each<[string, Script]>([
    ['a rejected key', failing(refusal(401))],
    ['a rate limit that was waited for in vain', failing(refusal(429, { retryAfter: 0 }), 1)],
    ['a provider that stays down', failing(refusal(503), 4)],
  ])('send a request once for %s', async (_, script) => {
    const { fetch, count } = counted(script)
    const openai = new OpenAI({ apiKey: 'any', baseURL: 'http://127.0.0.1:4141/v1', maxRetries: 10, fetch })
    await expect(openai.chat.completions.create({ ...hello, messages: [{ role: 'user', content: 'Hi' }] })).rejects.toThrow()
    expect(count()).toBe(1)
    const anthropic = new Anthropic({ apiKey: 'any', baseURL: 'http://127.0.0.1:4141', maxRetries: 10, fetch })
    await expect(anthropic.messages.create({ model: MODEL, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] })).rejects.toThrow()
    expect(count()).toBe(2)
  })
})
