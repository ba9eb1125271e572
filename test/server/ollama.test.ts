import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { until } from '../support/until.ts'
import { hang } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

const MODEL = 'openai/gpt-5'
const messages = [{ role: 'user', content: 'Hi' }]

async function post({ app }: TestApp, path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return app.request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
}

const linesOf = async (response: Response) =>
  (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('a stream', () => {
  it('is lines unless it is to be one piece', async () => {
    const test = testApp()
    const response = await post(test, '/api/chat', { model: MODEL, messages })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    expect(response.headers.get('x-bridge-model')).toBe(MODEL)
    expect(await linesOf(response)).toMatchObject([
      { model: MODEL, message: { content: 'Hello' }, done: false },
      { done: true, done_reason: 'stop' },
    ])
    const whole = await post(test, '/api/generate', { model: MODEL, prompt: 'Hi', stream: false })
    expect(whole.headers.get('content-type')).toContain('application/json')
    expect(await whole.json()).toMatchObject({ response: 'Hello', done: true })
  })

  it('ends with its error', async () => {
    const test = testApp()
    test.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('Gone.', { code: 'process_failed', status: 502 })
    }
    expect((await linesOf(await post(test, '/api/chat', { model: MODEL, messages }))).at(-1)).toEqual({ error: 'Gone.' })
  })

  it('ends the request when its client leaves', async () => {
    const test = testApp()
    let aborted = false
    test.engine.script = hang(() => (aborted = true), [{ type: 'text-delta', text: 'Hel' }])
    const reader = (await post(test, '/api/chat', { model: MODEL, messages })).body!.getReader()
    await reader.read()
    await reader.cancel()
    await until(() => aborted)
  })
})

describe('a request without a prompt', () => {
  it.each([
    ['/api/chat', { messages: [] }, { message: { content: '' }, done_reason: 'load' }],
    ['/api/chat', { keep_alive: 0 }, { message: { content: '' }, done_reason: 'unload' }],
    ['/api/generate', { prompt: '' }, { response: '', done_reason: 'load' }],
    ['/api/generate', { keep_alive: '0' }, { response: '', done_reason: 'unload' }],
  ])('loads its model: %s %j', async (path, body, expected) => {
    const test = testApp()
    expect(await (await post(test, path, { model: MODEL, ...body })).json()).toMatchObject({ model: MODEL, done: true, ...expected })
    expect(test.engine.prompts).toEqual([])
    expect((await post(test, path, { model: 'nobody', ...body })).status).toBe(404)
  })

  it('that names no model either is refused', async () => {
    expect((await post(testApp(), '/api/chat')).status).toBe(400)
  })
})

describe('models', () => {
  it('are listed with the aliases', async () => {
    const { models } = (await (await testApp({ aliases: { fast: [MODEL] } }).get('/api/tags')).json()) as { models: { name: string }[] }
    expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining([MODEL, 'fast']))
  })

  it.each([{ model: MODEL }, { name: MODEL }, { model: 'gpt-5' }, { model: `${MODEL}:latest` }])('are shown: %j', async (body) => {
    const response = await post(testApp(), '/api/show', body)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ details: { family: 'openai' }, capabilities: expect.arrayContaining(['completion', 'tools']) })
  })

  it('are in no memory here', async () => {
    expect(await (await testApp().get('/api/ps')).json()).toEqual({ models: [] })
  })

  it('may be asked with the tag that clients add', async () => {
    const test = testApp()
    expect((await post(test, '/api/generate', { model: 'gpt-5:latest', prompt: 'Hi', stream: false })).status).toBe(200)
    expect(test.engine.prompts[0]!.model).toBe(MODEL)
  })
})

it('the version is one that clients can compare', async () => {
  const { version } = (await (await testApp({ apiKeys: ['a-long-key'] }).get('/api/version')).json()) as { version: string }
  expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

describe('an error is a text', () => {
  it.each([
    ['POST', '/api/pull', 400, 'downloads of models'],
    ['POST', '/api/blobs/sha256:abc', 400, 'file storage'],
    ['DELETE', '/api/delete', 400, 'deletion of models'],
    ['POST', '/api/chat', 404, "'nobody'"],
    ['GET', '/api/chat', 405, 'POST'],
  ])('%s %s', async (method, path, status, text) => {
    const { app } = testApp()
    const init = method === 'POST' ? { body: JSON.stringify({ model: 'nobody', messages }), headers: { 'content-type': 'application/json' } } : {}
    const response = await app.request(path, { method, ...init })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error: expect.stringContaining(text) })
  })

  it('also without a key', async () => {
    const test = testApp({ apiKeys: ['a-long-key'] })
    for (const path of ['/api/chat', '/api/show']) {
      const response = await post(test, path, { model: MODEL, messages })
      expect([response.status, await response.json()]).toEqual([401, { error: expect.any(String) }])
    }
    expect((await post(test, '/api/chat', { model: MODEL, messages }, { authorization: 'Bearer a-long-key' })).status).toBe(200)
  })
})

describe('a path', () => {
  it.each(['/v1/api/chat', '/api/api/chat', '/ollama/api/chat', '//api/chat'])('of another base URL is served: %s', async (path) => {
    expect((await post(testApp(), path, { model: MODEL, messages })).headers.get('content-type')).toBe('application/x-ndjson')
  })

  it('of OpenAI’s below the same word stays OpenAI’s', async () => {
    const response = await post(testApp(), '/api/chat/completions', { model: MODEL, messages })
    expect(await response.json()).toMatchObject({ object: 'chat.completion' })
  })
})
