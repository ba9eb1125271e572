import { expect, test } from 'vitest'
import { readSecret } from '../../../src/providers/credentials/read-secret.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const SOON = Date.parse('2026-01-01T01:00:00Z')

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`
}

test.each<[string, string, string, number | undefined]>([
  ['a bare token', 'tok-1\n', 'tok-1', undefined],
  ['a bare JWT', `${jwt({ exp: SOON / 1000 })}\n`, jwt({ exp: SOON / 1000 }), SOON],
  ['a JWT without an end', jwt({ sub: 'me' }), jwt({ sub: 'me' }), undefined],
  [
    'kubectl’s ExecCredential',
    JSON.stringify({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'tok-1', expirationTimestamp: '2026-01-01T01:00:00Z' },
    }),
    'tok-1',
    SOON,
  ],
  ['kubectl’s, without an end', '{"kind":"ExecCredential","status":{"token":"tok-1"}}', 'tok-1', undefined],
  [
    'AWS’s credential_process',
    JSON.stringify({ Version: 1, AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'tok-1', Expiration: '2026-01-01T01:00:00Z' }),
    'tok-1',
    SOON,
  ],
  ['Azure’s command line', JSON.stringify({ accessToken: 'tok-1', expiresOn: '2026-01-01 02:00:00.000000', expires_on: SOON / 1000 }), 'tok-1', SOON],
  ['OAuth’s token endpoint', '{"access_token":"tok-1","token_type":"Bearer","expires_in":3600}', 'tok-1', SOON],
  ['milliseconds', JSON.stringify({ accessToken: 'tok-1', expiresAt: SOON }), 'tok-1', SOON],
  ['an end beside the JWT’s own', JSON.stringify({ token: jwt({ exp: 1 }), expires_at: SOON / 1000 }), jwt({ exp: 1 }), SOON],
])('%s is read', (_name, text, secret, expiresAt) => {
  expect(readSecret(text, NOW)).toEqual({ secret, expiresAt })
})

test.each([
  ['nothing', ' \n'],
  ['two lines', 'Enter password:\ntok-1'],
  ['a text with a space', 'not logged in'],
  ['broken JSON', '{"token":"tok-1"'],
  ['JSON without a token', '{"error":"no session"}'],
  ['a token that is no text', '{"token":7}'],
  ['a token that no header can carry', '{"token":"tok\\u00e9"}'],
])('%s is no token', (_name, text) => {
  expect(readSecret(text, NOW)).toBeUndefined()
})
