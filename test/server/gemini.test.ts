import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { hang } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'
import { until } from '../support/until.ts'

const contents = [{ parts: [{ text: 'Hi' }] }]
const path = '/v1beta/models/openai/gpt-5'

async function post({ app }: TestApp, url: string, body: unknown = { contents }, headers: Record<string, string> = {}): Promise<Response> {
  return app.request(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
}

describe('a stream', () => {
  it('is a JSON array unless it is to be events', async () => {
    const test = testApp()
    const response = await post(test, `${path}:streamGenerateContent`)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    const chunks = (await response.json()) as { candidates: { content: unknown; finishReason?: string }[] }[]
    expect(chunks.map(({ candidates: [candidate] }) => candidate!.finishReason)).toEqual([undefined, 'STOP'])
    expect(chunks[0]!.candidates[0]!.content).toEqual({ role: 'model', parts: [{ text: 'Hello' }] })

    const events = await post(test, `${path}:streamGenerateContent?alt=sse`)
    expect(events.headers.get('content-type')).toContain('text/event-stream')
    expect((await events.text()).startsWith('data: {"candidates"')).toBe(true)
  })

  it('is an array also when it breaks', async () => {
    const test = testApp()
    test.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('Gone.', { code: 'process_failed', status: 502 })
    }
    const chunks = (await (await post(test, `${path}:streamGenerateContent`)).json()) as unknown[]
    expect(chunks).toEqual([
      expect.objectContaining({ candidates: expect.anything() }),
      { error: expect.objectContaining({ code: 502, status: 'UNAVAILABLE' }) },
    ])
  })

  it.each(['', '?alt=sse'])('ends the request when its client leaves (%j)', async (query) => {
    const test = testApp()
    let aborted = false
    test.engine.script = hang(() => (aborted = true), [{ type: 'text-delta', text: 'Hel' }])
    const response = await post(test, `${path}:streamGenerateContent${query}`)
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await until(() => aborted)
  })
})

describe('a path', () => {
  it.each(['openrouter/meta/llama-3', 'openrouter%2Fmeta%2Fllama-3', 'meta/llama-3'])('may name the model as %s', async (name) => {
    const test = testApp()
    expect((await post(test, `/v1beta/models/${name}:generateContent`)).status).toBe(200)
    expect(test.engine.prompts[0]!.model).toBe('openrouter/meta/llama-3')
    expect(await (await test.get(`/v1beta/models/${name}`)).json()).toMatchObject({ name: 'models/openrouter/meta/llama-3' })
  })

  it.each([
    ['/v1beta/models/nobody:generateContent', 404, 'NOT_FOUND', 'nobody'],
    [`${path}:countTokens`, 400, 'INVALID_ARGUMENT', "'contents'"],
    [`${path}:predictLongRunning`, 400, 'INVALID_ARGUMENT', 'predictLongRunning'],
    [path, 404, 'NOT_FOUND', 'generateContent'],
    ['/v1beta/files', 400, 'INVALID_ARGUMENT', 'file storage'],
  ])('%s is refused in the envelope of Google', async (url, code, status, message) => {
    const response = await post(testApp(), url, url.includes('nobody') ? undefined : {})
    expect(response.status).toBe(code)
    expect(await response.json()).toMatchObject({ error: { code, status, message: expect.stringContaining(message) } })
  })
})

describe('a key', () => {
  const apiKeys = ['a-long-key']

  it('may be where Google has it', async () => {
    const test = testApp({ apiKeys })
    expect((await post(test, `${path}:generateContent`, undefined, { 'x-goog-api-key': 'a-long-key' })).status).toBe(200)
    expect((await post(test, `${path}:generateContent?key=a-long-key`)).status).toBe(200)
    expect((await test.get('/v1beta/models?key=a-long-key')).status).toBe(200)
  })

  it('must be right', async () => {
    const test = testApp({ apiKeys })
    for (const url of [`${path}:generateContent`, `${path}:generateContent?key=wrong`]) {
      const response = await post(test, url)
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: { status: 'UNAUTHENTICATED' } })
    }
    // Only Google's clients send it so; elsewhere a key does not belong into a URL.
    expect((await test.get('/v1/models?key=a-long-key')).status).toBe(401)
  })
})
