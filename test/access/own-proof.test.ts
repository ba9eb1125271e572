import { expect, test } from 'vitest'
import { createAuthenticate } from '../../src/access/authenticate.ts'
import type { AccessOptions } from '../../src/access/options.ts'
import { ownProof } from '../../src/access/own-proof.ts'

const secret = 'a-secret-of-32-bytes-for-hs256!!'

test.each<[string, AccessOptions, string]>([
  ['a key', { apiKeys: ['first-key', 'second-key'] }, 'key'],
  ['a password', { apiKeys: [], serverPassword: 'the-password' }, 'password'],
  ['a secret for tokens', { apiKeys: [], jwtSecret: secret }, 'token'],
  ['a secret, an issuer and an audience', { apiKeys: [], jwtSecret: secret, jwtIssuer: 'i', jwtAudience: 'a' }, 'token'],
])('the user’s own commands are let in with %s, always as the same client', async (_name, options, kind) => {
  const authenticate = createAuthenticate(options)
  const ask = async () => authenticate({ headers: new Headers({ authorization: `Bearer ${await ownProof(options)}` }), url: new URL('http://x/status') })
  const client = await ask()
  expect(client.kind).toBe(kind)
  expect(client.id).not.toMatch(/first-key|the-password/)
  expect(await ask()).toEqual(client)
})

test('nothing is made up where nothing is known', async () => {
  expect(await ownProof({ apiKeys: [] })).toBeUndefined()
  expect(await ownProof({ apiKeys: [], jwksUrl: 'http://127.0.0.1:9' })).toBeUndefined()
})
