import { describe, expect, it } from 'vitest'
import { errorOf, hello, testApp } from './test-app.ts'
import { until } from '../support/until.ts'

describe('the body of a request', () => {
  it.each([
    ['{"messages": my secret', 'invalid_json'],
    ['{"messages":1 "secret":2}', 'invalid_json', 'at position 14'],
    ['{"messages":"secret', 'invalid_json', 'position'],
    ['', 'invalid_json', 'empty'],
    ['[]', 'invalid_type', 'object'],
    ['"secret"', 'invalid_type', 'object'],
    ['null', 'invalid_type', 'object'],
  ])('%j is refused', async (body, code, text = '') => {
    const response = await testApp().chat(body)
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code, type: 'invalid_request_error' })
    expect(error.message).toContain(text)
    expect(error.message).not.toContain('secret')
  })

  it('is refused when it is not UTF-8', async () => {
    const { app } = testApp()
    const response = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    })
    expect(response.status).toBe(400)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])('of type %j is refused', async (type) => {
    const response = await testApp().chat(hello, { headers: { 'content-type': type } })
    expect(response.status).toBe(415)
    expect((await errorOf(response)).code).toBe('unsupported_media_type')
  })

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.api+json'])('of type %j is read', async (type) => {
    expect((await testApp().chat(hello, { headers: { 'content-type': type } })).status).toBe(200)
  })

  it('is refused when it is too large, whether or not it says so', async () => {
    const { app, chat } = testApp({ maxBodyBytes: 1_000 })
    const body = JSON.stringify({ ...hello, user: 'x'.repeat(1_000) })
    const announced = await chat(body, { headers: { 'content-length': String(body.length) } })
    const counted = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    for (const response of [announced, counted]) {
      expect(response.status).toBe(413)
      expect(response.headers.get('connection')).toBe('close')
      expect((await errorOf(response)).code).toBe('request_too_large')
    }
  })

  it('may be exactly as large as allowed', async () => {
    const body = JSON.stringify(hello)
    expect((await testApp({ maxBodyBytes: body.length }).chat(body)).status).toBe(200)
    expect((await testApp({ maxBodyBytes: body.length - 1 }).chat(body)).status).toBe(413)
  })

  it('names a model that exists', async () => {
    const response = await testApp().chat({ ...hello, model: 'gpt-5-mimi' })
    expect(response.status).toBe(404)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(error.message).toContain('github-copilot/gpt-5-mini')
  })
})

describe('the id of a request', () => {
  it("is the client's when it is sane", async () => {
    const { chat, records } = testApp()
    const response = await chat(hello, { headers: { 'x-request-id': 'trace:1.2-3' } })
    expect(response.headers.get('x-request-id')).toBe('trace:1.2-3')
    await until(() => records.length === 1)
    expect(records[0]!.requestId).toBe('trace:1.2-3')
  })

  it.each(['a b', 'x'.repeat(129), '{}'])('is our own instead of %j', async (id) => {
    const response = await testApp().chat(hello, { headers: { 'x-request-id': id } })
    expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
  })

  it('is also where the packages of Anthropic look for it', async () => {
    const { app, get, chat } = testApp()
    const post = (body: unknown) => app.request('/v1/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const requests = [
      post({ ...hello, max_tokens: 9 }),
      post({ ...hello, max_tokens: 9, stream: true }),
      post({}),
      get('/v1/messages'),
      get('/v1/models', { 'anthropic-version': '2023-06-01' }),
    ]
    for (const response of await Promise.all(requests)) {
      expect(response.headers.get('request-id')).toMatch(/^req_/)
      expect(response.headers.get('request-id')).toBe(response.headers.get('x-request-id'))
    }
    expect((await chat(hello)).headers.has('request-id')).toBe(false)
  })

  it('is on errors too', async () => {
    const { get, chat } = testApp()
    for (const response of [await get('/nowhere'), await chat('{'), await get('/v1/%ZZ')]) {
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    }
  })
})
