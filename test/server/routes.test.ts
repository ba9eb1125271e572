import { describe, expect, it } from 'vitest'
import { engineStatus } from './fake-engine.ts'
import { errorOf, testApp } from './test-app.ts'
import { until } from '../support/until.ts'

describe('routes', () => {
  it('are each found once', () => {
    const keys = testApp().routes.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it.each(['/v1', '/v1/chat', '/v1/completions/x'])('do not include %s', async (path) => {
    const response = await testApp().get(path)
    expect(response.status).toBe(404)
    expect(await errorOf(response)).toMatchObject({ code: 'unknown_url', type: 'invalid_request_error' })
  })

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['PUT', '/v1/chat/completions', 'POST'],
    ['OPTIONS', '/v1/chat/completions', 'POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['DELETE', '/v1/models/openai/gpt-5', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
  ])('refuse %s %s', async (method, path, allow) => {
    const response = await testApp().app.request(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect((await errorOf(response)).code).toBe('method_not_allowed')
  })

  it('answer HEAD like GET, without a body', async () => {
    const response = await testApp().app.request('/v1/models', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('refuse a malformed URL, and log it', async () => {
    const { get, records } = testApp()
    const response = await get('/v1/models/%ZZ')
    expect(response.status).toBe(400)
    expect((await errorOf(response)).code).toBe('invalid_url')
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({ status: 400, outcome: { type: 'error', code: 'invalid_url' } })
  })
})

describe('GET /', () => {
  it.each([[undefined], ['*/*'], ['application/json']])('says what this is to a program that accepts %s', async (accept) => {
    const response = await testApp({ apiKeys: ['the-key'] }).get('/', accept === undefined ? {} : { accept })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch('application/json')
    const body = (await response.json()) as { documentation: Record<string, string> }
    expect(body).toMatchObject({ name: 'opencode-bridge', version: '0.1.0', base_urls: { openai: expect.stringMatching(/^http:.*\/v1$/) } })
    expect(Object.values(body.documentation).map((url) => new URL(url).pathname)).toEqual(['/docs', '/redoc', '/openapi.json'])
  })

  it.each(['//', '/?x=1'])('is the same at %s', async (path) => {
    expect(await (await testApp().get(path)).json()).toMatchObject({ name: 'opencode-bridge' })
  })

  it('answers HEAD, and refuses what is no reading', async () => {
    const { app } = testApp()
    expect((await app.request('/', { method: 'HEAD' })).status).toBe(200)
    expect((await app.request('/', { method: 'POST' })).status).toBe(405)
  })
})

describe('GET /v1/models', () => {
  it('lists models and the aliases that stand for one', async () => {
    const { get } = testApp({ aliases: { fast: ['nowhere/x', 'gpt-5-mini'], broken: ['nowhere/x'], 'claude-*': ['gpt-5-mini'] } })
    const { data } = (await (await get('/v1/models')).json()) as { data: { id: string }[] }
    expect(data.map(({ id }) => id)).toEqual(['github-copilot/gpt-5-mini', 'openai/gpt-5', 'openrouter/meta/llama-3', 'fast'])
    expect(data[1]).toEqual({
      id: 'openai/gpt-5',
      object: 'model',
      created: 1754524800,
      owned_by: 'openai',
      context_length: 128_000,
      max_output_tokens: 16_384,
      architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
      supported_parameters: expect.arrayContaining(['tools', 'temperature', 'max_completion_tokens']),
      tool_call_format: 'native',
      reasoning: false,
    })
    expect(data[3]).toMatchObject({ owned_by: 'github-copilot' })
  })

  it.each([
    ['openai/gpt-5', 'openai/gpt-5'],
    ['openai%2Fgpt-5', 'openai/gpt-5'],
    ['openrouter/meta/llama-3', 'openrouter/meta/llama-3'],
    ['openrouter%2Fmeta%2fllama-3', 'openrouter/meta/llama-3'],
    ['gpt-5-mini', 'github-copilot/gpt-5-mini'],
    ['fast', 'fast'],
  ])('finds %s', async (path, id) => {
    const response = await testApp({ aliases: { fast: ['openai/gpt-5'] } }).get(`/v1/models/${path}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id, object: 'model' })
  })

  it('does not find others', async () => {
    const response = await testApp().get('/v1/models/openai/gpt-9')
    expect(response.status).toBe(404)
    expect((await errorOf(response)).message).toContain("'openai/gpt-5'")
  })
})

describe('health', () => {
  it('tells which daemon lives', async () => {
    const response = await testApp({ apiKeys: ['a-long-key'] }).get('/health')
    expect(await response.json()).toEqual({ status: 'ok', pid: 42, instance: 'abc', version: '0.1.0' })
  })

  it.each([
    [200, true],
    [503, false],
  ])('is %i where the engine is ready: %j', async (status, ready) => {
    const { engine, get, records } = testApp({ apiKeys: ['a-long-key'] })
    engine.state.ready = ready
    const response = await get('/ready')
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ status: ready ? 'ready' : 'not_ready', mode: 'native', pool: { maxSize: 4 } })
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({ status })
  })
})

describe('GET /status', () => {
  it('tells what the daemon is doing', async () => {
    const response = await testApp().get('/status')
    expect(await response.json()).toEqual({
      version: '0.1.0',
      pid: 42,
      instance: 'abc',
      uptime: expect.toSatisfy((uptime: number) => uptime >= 5_000 && uptime < 6_000),
      url: 'http://127.0.0.1:4141',
      engine: engineStatus(),
      ledger: null,
      audit: null,
      reasoning: { entries: 0, bytes: 0 },
      sessions: null,
      requests: { inFlight: [], total: 0, failed: 0, cancelled: 0, lanes: { verbatim: 0, translated: 0, session: 0 } },
      defaultModel: 'github-copilot/gpt-5-mini',
    })
  })
})
