import { describe, expect, it } from 'vitest'
import { errorOf, hello, testApp } from './test-app.ts'

describe('API keys', () => {
  const keys = { apiKeys: ['first-long-key', 'second-long-key'] }

  it.each([
    [{ authorization: 'Bearer first-long-key' }, 200],
    [{ authorization: 'bearer second-long-key' }, 200],
    [{ 'x-api-key': 'second-long-key' }, 200],
    [{ authorization: 'Bearer wrong', 'x-api-key': 'first-long-key' }, 200],
    [{ authorization: 'Bearer first-long-ke' }, 401],
    [{ authorization: 'Basic first-long-key' }, 401],
    [{ 'x-api-key': '' }, 401],
    [{}, 401],
  ])('%j answers %i', async (headers, status) => {
    const response = await testApp(keys).chat(hello, { headers: headers as Record<string, string> })
    expect(response.status).toBe(status)
    if (status === 401) {
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      const error = await errorOf(response)
      expect(error).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error' })
      expect(error.message).not.toContain('long-ke')
    }
  })

  it.each(['/v1/models', '/v1/models/openai/gpt-5', '/status'])('are needed for %s', async (path) => {
    expect((await testApp(keys).get(path)).status).toBe(401)
    expect((await testApp(keys).get(path, { 'x-api-key': 'first-long-key' })).status).toBe(200)
  })

  it('are checked before the body is read', async () => {
    expect((await testApp(keys).chat('{')).status).toBe(401)
  })
})

describe('without a key', () => {
  it.each([
    ['localhost:4141', 200],
    ['127.0.0.1:4141', 200],
    ['127.9.9.9', 200],
    ['[::1]:4141', 200],
    ['app.localhost', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:4141', 403],
    ['192.168.0.7:4141', 403],
  ])('the host %s answers %i', async (host, status) => {
    const response = await testApp().get('/v1/models', { host })
    expect(response.status).toBe(status)
    if (status === 403) expect((await errorOf(response)).code).toBe('forbidden_host')
  })

  it.each([
    ['http://localhost:3000', 200],
    ['https://evil.example', 403],
    ['null', 403],
    ['http://localhost.evil.example', 403],
    ['localhost:x', 403],
  ])('a page of %s answers %i', async (origin, status) => {
    const response = await testApp().chat(hello, { headers: { origin } })
    expect(response.status).toBe(status)
    if (status === 403) expect((await errorOf(response)).code).toBe('forbidden_origin')
  })

  it('a page of an allowed origin is answered, of another one refused', async () => {
    const { chat } = testApp({ corsOrigins: ['https://app.example'] })
    expect((await chat(hello, { headers: { origin: 'https://app.example' } })).status).toBe(200)
    expect((await chat(hello, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
  })
})

it('with a key neither host nor origin matters', async () => {
  const headers = { 'x-api-key': 'a-long-key', host: 'bridge.example', origin: 'https://app.example' }
  expect((await testApp({ apiKeys: ['a-long-key'] }).get('/v1/models', headers)).status).toBe(200)
})

describe('CORS', () => {
  const origin = 'https://app.example'
  const preflight = {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
  }

  it('is off by default', async () => {
    const { app } = testApp({ apiKeys: ['a-long-key'] })
    const response = await app.request('/v1/chat/completions', preflight)
    expect(response.status).toBe(405)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('answers a preflight without a key', async () => {
    const { app } = testApp({ apiKeys: ['a-long-key'], corsOrigins: [origin] })
    const response = await app.request('/v1/chat/completions', preflight)
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
  })

  it('does not allow another origin', async () => {
    const { app } = testApp({ corsOrigins: ['https://other.example'] })
    const response = await app.request('/v1/chat/completions', preflight)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('allows any origin by *', async () => {
    const response = await testApp({ corsOrigins: ['*'] }).chat(hello, { headers: { origin } })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('covers answers, streams, errors and unknown routes', async () => {
    const { chat, get } = testApp({ corsOrigins: [origin] })
    const headers = { origin }
    const responses = [
      await chat(hello, { headers }),
      await chat({ ...hello, stream: true }, { headers }),
      await chat('{', { headers }),
      await get('/nowhere', headers),
    ]
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 400, 404])
    for (const response of responses) {
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
      expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id')
    }
  })
})
