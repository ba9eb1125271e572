import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppConfig } from '../../src/server/app-options.ts'
import { hello, testApp } from './test-app.ts'

const SECRET = 'a-secret-of-more-than-thirty-two-bytes'
const claims = { jwtIssuer: 'https://issuer.example', jwtAudience: 'bridge' }

const bytes = (secret: string): Uint8Array => new TextEncoder().encode(secret)

function token({
  alg = 'HS256',
  issuer = 'https://issuer.example',
  audience = 'bridge',
  expires = '5m',
  kid,
}: Partial<Record<'alg' | 'issuer' | 'audience' | 'expires' | 'kid', string>> = {}): SignJWT {
  return new SignJWT({ sub: 'me' })
    .setProtectedHeader({ alg, ...(kid && { kid }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
}

async function statusOf(bearer: string, config: Partial<AppConfig>): Promise<number> {
  return (await testApp(config).chat(hello, { headers: { authorization: `Bearer ${bearer}` } })).status
}

describe('a token of a shared secret', () => {
  const config = { jwtSecret: SECRET }

  it.each<[string, () => string | Promise<string>, Partial<AppConfig>, number]>([
    ['signed with it', () => token().sign(bytes(SECRET)), config, 200],
    ['signed with it, for us', () => token().sign(bytes(SECRET)), { ...config, ...claims }, 200],
    ['that expired', () => token({ expires: '-1m' }).sign(bytes(SECRET)), config, 401],
    ['signed with another', () => token().sign(bytes(`${SECRET}!`)), config, 401],
    ['signed with HS512', () => token({ alg: 'HS512' }).sign(bytes(SECRET.repeat(2))), { jwtSecret: SECRET.repeat(2) }, 401],
    ['not signed', () => new UnsecuredJWT({ sub: 'me' }).setIssuer(claims.jwtIssuer).setAudience('bridge').setExpirationTime('5m').encode(), config, 401],
    ['for another audience', () => token({ audience: 'else' }).sign(bytes(SECRET)), { ...config, ...claims }, 401],
    ['of another issuer', () => token({ issuer: 'https://else.example' }).sign(bytes(SECRET)), { ...config, ...claims }, 401],
    ['that is no token', () => 'a.b.c', config, 401],
    ['where none is accepted', () => token().sign(bytes(SECRET)), { apiKeys: ['a-long-key'] }, 401],
  ])('%s', async (_, make, config, status) => {
    expect(await statusOf(await make(), config)).toBe(status)
  })

  it('is accepted beside API keys, which stay valid', async () => {
    const both = { ...config, apiKeys: ['a-long-key'] }
    expect(await statusOf('a-long-key', both)).toBe(200)
    expect(await statusOf(await token().sign(bytes(SECRET)), both)).toBe(200)
    expect(await statusOf('another-key', both)).toBe(401)
    expect((await testApp(config).chat(hello)).status).toBe(401)
  })

  it('is wanted by every route that wants a key', async () => {
    const { get } = testApp(config)
    expect((await get('/v1/models')).status).toBe(401)
    expect((await get('/v1/models', { authorization: `Bearer ${await token().sign(bytes(SECRET))}` })).status).toBe(200)
  })

  it('is not repeated in the error', async () => {
    const forged = await token().sign(bytes(`${SECRET}!`))
    const response = await testApp(config).chat(hello, { headers: { authorization: `Bearer ${forged}` } })
    expect(await response.text()).not.toContain(forged.slice(0, 20))
  })
})

describe('a token of an issuer with public keys', async () => {
  const issuer = await generateKeyPair('RS256', { extractable: true })
  const stranger = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(issuer.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  let fetched = 0
  const server = createServer((_, response) => {
    fetched++
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  })
  let config: Partial<AppConfig> = {}

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    config = { jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`, ...claims }
  })
  afterAll(() => void server.close())

  const signed = (options: Parameters<typeof token>[0] = {}) => token({ alg: 'RS256', kid: 'one', ...options }).sign(issuer.privateKey)

  it('is accepted, and the keys are read once', async () => {
    const app = testApp(config)
    fetched = 0
    for (const bearer of [await signed(), await signed()]) {
      expect((await app.chat(hello, { headers: { authorization: `Bearer ${bearer}` } })).status).toBe(200)
    }
    expect(fetched).toBe(1)
  })

  it.each<[string, () => Promise<string>]>([
    ['that expired', () => signed({ expires: '-1m' })],
    ['for another audience', () => signed({ audience: 'else' })],
    ['of another issuer', () => signed({ issuer: 'https://else.example' })],
    ['with a key that is not in the set', () => signed({ kid: 'two' })],
    ['signed by a stranger', () => token({ alg: 'RS256', kid: 'one' }).sign(stranger.privateKey)],
    ['signed with the public key as a secret', async () => token({ kid: 'one' }).sign(bytes(await exportSPKI(issuer.publicKey)))],
  ])('is refused: %s', async (_, make) => {
    expect(await statusOf(await make(), config)).toBe(401)
    expect(await statusOf(await make(), { ...config, jwtSecret: SECRET })).toBe(401)
  })

  it('is refused while the keys cannot be read', async () => {
    expect(await statusOf(await signed(), { ...config, jwksUrl: 'http://127.0.0.1:9/jwks.json' })).toBe(401)
  })

  it('is accepted beside a shared secret', async () => {
    const both = { ...config, jwtSecret: SECRET }
    expect(await statusOf(await signed(), both)).toBe(200)
    expect(await statusOf(await token().sign(bytes(SECRET)), both)).toBe(200)
  })
})
