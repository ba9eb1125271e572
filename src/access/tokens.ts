import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from 'jose'
import { boundedText } from '../core/bounded-text.ts'
import type { AccessOptions } from './options.ts'

type TokenOptions = Omit<AccessOptions, 'apiKeys' | 'serverPassword'>

/** More than a set of keys has; a server that sends more is not read to its end. */
const MAX_JWKS_BYTES = 1024 * 1024

/**
 * Who a bearer token speaks for, if it is a JSON Web Token of ours to accept: the issuer and the subject, which a token
 * that takes the place of an expired one shares; the token itself where it names no subject.
 */
export type TokenCheck = (token: string) => Promise<string | undefined>

/** Makes the check; undefined where the configuration names no secret and no keys, so that no token is one. */
export function createTokenCheck(
  { jwtSecret, jwksUrl, jwtIssuer, jwtAudience, jwtWithoutExpiry = false }: TokenOptions,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): TokenCheck | undefined {
  const claims = {
    ...(jwtIssuer === undefined ? {} : { issuer: jwtIssuer }),
    ...(jwtAudience === undefined ? {} : { audience: jwtAudience }),
    // A token that was seen once would open the bridge for good.
    requiredClaims: jwtWithoutExpiry ? [] : ['exp'],
  }
  const secret = jwtSecret === undefined ? undefined : new TextEncoder().encode(jwtSecret)
  const remote =
    jwksUrl === undefined
      ? undefined
      : createRemoteJWKSet(new URL(jwksUrl), { [customFetch]: (address: string, init: RequestInit) => fetchKeys(fetch, address, init) })
  if (!secret && !remote) return undefined
  const subjectOf = (token: string, verified: Promise<{ payload: JWTPayload }>) =>
    verified.then(
      ({ payload: { iss, sub } }) => (sub === undefined ? token : JSON.stringify([iss ?? '', sub])),
      () => undefined,
    )
  return async (token) => {
    const own = secret && (await subjectOf(token, jwtVerify(token, secret, { ...claims, algorithms: ['HS256'] })))
    if (own !== undefined) return own
    // A symmetric algorithm would let anyone sign with the public key.
    return remote && subjectOf(token, jwtVerify(token, remote, { ...claims, algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] }))
  }
}

/** @throws RangeError for an answer that is no set of keys by its length */
async function fetchKeys(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  return new Response(await boundedText(response.body, MAX_JWKS_BYTES), { status: response.status, headers: response.headers })
}
