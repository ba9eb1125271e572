import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/config/error.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { createTokenCheck } from '../../../src/access/tokens.ts'
import { errorOf, hello, testApp } from '../../server/test-app.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

describe('a page of another site, without a key', () => {
  /** What a browser says of a request, by what makes it. */
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' }
  const frame = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }

  test.each([image, link, frame])('starts nothing: %j', async (headers) => {
    let started = 0
    const { get } = testApp({}, { fetch: async () => (started++, Response.json({})) })
    for (const path of ['/session', '/event', '/v1/models', '/status', '/docs', '/health']) {
      const response = await get(path, headers)
      expect(response.status, path).toBe(403)
      expect((await errorOf(response)).code).toBe('forbidden_origin')
    }
    expect(started).toBe(0)
  })

  test.each([{ 'sec-fetch-site': 'none' }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'same-site' }, {}])(
    'is no page of this machine: %j',
    async (headers) => {
      expect((await testApp().get('/v1/models', headers as Record<string, string>)).status).toBe(200)
    },
  )

  test('is answered where its origin is allowed, or one of this machine', async () => {
    const { chat } = testApp({ corsOrigins: ['https://app.example'] })
    for (const [origin, status] of [
      ['https://app.example', 200],
      ['http://localhost:3000', 200],
      ['https://evil.example', 403],
      ['null', 403],
    ] as const) {
      expect((await chat(hello, { headers: { origin, 'sec-fetch-site': 'cross-site' } })).status, origin).toBe(status)
    }
  })
})

describe('a browser that knows the password adds it by itself', () => {
  const basic = { authorization: `Basic ${btoa('opencode:the-password')}` }
  const { get, chat } = testApp({ serverPassword: 'the-password' })

  test.each([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null', 'sec-fetch-site': 'cross-site' }])(
    'so pages of other sites are refused: %j',
    async (headers) => {
      expect((await get('/session', { ...basic, ...headers } as Record<string, string>)).status).toBe(403)
      expect((await chat(hello, { headers: { ...basic, ...headers } as Record<string, string> })).status).toBe(403)
    },
  )

  test('and its own pages, and clients, are not', async () => {
    for (const headers of [{}, { 'sec-fetch-site': 'same-origin' }, { host: 'bridge.example' }] as Record<string, string>[])
      expect((await get('/v1/models', { ...basic, ...headers })).status).toBe(200)
    // Nobody's browser adds a key.
    const keyed = testApp({ apiKeys: ['a-long-key'] })
    expect((await keyed.get('/v1/models', { 'x-api-key': 'a-long-key', origin: 'https://app.example', 'sec-fetch-site': 'cross-site' })).status).toBe(200)
  })
})

describe('a preflight for a private network', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' },
  })
  const answer = async (corsOrigins: string[], origin: string, apiKeys: string[] = []) =>
    (await testApp({ corsOrigins, apiKeys }).app.request('/v1/chat/completions', preflight(origin))).headers.get('access-control-allow-private-network')

  test.each([['a-long-key'], []])('says what the list says, with a key or without: %s', async (...apiKeys) => {
    expect(await answer(['https://app.example'], 'https://app.example', apiKeys)).toBe('true')
    expect(await answer(['*'], 'https://any.example', apiKeys)).toBe('true')
    expect(await answer(['https://app.example'], 'https://evil.example', apiKeys)).toBeNull()
    expect(await answer(['https://app.example'], 'https://app.example.evil.example', apiKeys)).toBeNull()
    expect(await answer([], 'https://app.example', apiKeys)).toBeNull()
  })

  test('is told nothing that was not asked', async () => {
    const { headers } = await testApp({ corsOrigins: ['*'] }).chat(hello, {
      headers: { origin: 'https://app.example', 'access-control-request-private-network': 'true' },
    })
    expect(headers.get('access-control-allow-private-network')).toBeNull()
  })
})

describe('a token that never expires', () => {
  const secret = 'a-secret-of-at-least-thirty-two-letters'
  const sign = (claims: Record<string, unknown>) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))
  const soon = Math.floor(Date.now() / 1000) + 60

  test.each<[string, Record<string, unknown>]>([
    ['none', {}],
    ['null', { exp: null }],
    ['a text', { exp: 'never' }],
    ['a list', { exp: [soon] }],
    ['in the past', { exp: 1 }],
    ['issued, no more', { iat: soon - 120 }],
  ])('is refused: its end is %s', async (_name, claims) => {
    expect(await createTokenCheck({ jwtSecret: secret })!(await sign(claims))).toBeUndefined()
  })

  test('is accepted where that is allowed; one that has expired is not', async () => {
    const check = createTokenCheck({ jwtSecret: secret, jwtWithoutExpiry: true })!
    expect(await check(await sign({}))).toBeDefined()
    expect(await check(await sign({ exp: 1 }))).toBeUndefined()
    expect(await createTokenCheck({ jwtSecret: secret })!(await sign({ exp: soon }))).toBeDefined()
  })

  test('is refused by a key of a set, too', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwksUrl = await serve(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] }))
    const check = createTokenCheck({ jwksUrl })!
    expect(await check(await new SignJWT({}).setProtectedHeader({ alg: 'ES256' }).sign(privateKey))).toBeUndefined()
    expect(await check(await new SignJWT({ exp: soon }).setProtectedHeader({ alg: 'ES256' }).sign(privateKey))).toBeDefined()
  })

  test('a set of keys without end is not read to it', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const keys = JSON.stringify({ padding: ' '.repeat(2_000_000), keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] })
    const check = createTokenCheck({ jwksUrl: await serve(keys) })!
    expect(await check(await new SignJWT({ exp: soon }).setProtectedHeader({ alg: 'ES256' }).sign(privateKey))).toBeUndefined()
  })

  async function serve(body: string): Promise<string> {
    const server = createServer((_, response) => void response.setHeader('content-type', 'application/json').end(body)).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  }
})

describe('a key that no header can carry', () => {
  const load = (key: string) => loadConfig({ cwd: '/', env: { HOME: '/nowhere', OPENCODE_BRIDGE_API_KEY: key } })

  test.each([
    'schlüssel-schlüssel',
    'a-long-key\u0007',
    'a-long\nkey',
    'a-long\rkey',
    'a-long\tkey',
    'clé-très-longue',
    'key-🌍-key',
    'a-long-key\u007f',
    'a-long\u00a0key',
  ])('is refused at the start: %j', async (key) => {
    await expect(load(key)).rejects.toThrow(ConfigError)
    const message = await load(key).catch((error: Error) => error.message)
    expect(message).toContain('cannot send in a header')
    expect(message).not.toContain(key)
  })

  test('is told by its number', async () => {
    await expect(load('first-long-key,second-löng-key')).rejects.toThrow('key 2 has a character')
  })

  test.each(['sk-a_B.c~1234+/=', 'two words are one key', '!"#$%&\'()*:;<>?@[]^`{|}'])('all others are not: %s', async (key) => {
    expect((await load(key)).config.apiKeys).toEqual([key])
  })
})
