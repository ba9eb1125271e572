import { createRemoteJWKSet, jwtVerify } from 'jose'

export interface TokenOptions {
  /** Of HS256. */
  jwtSecret?: string | undefined
  /** Where the public keys of the issuer are. */
  jwksUrl?: string | undefined
  /** What tokens must say, where set. */
  jwtIssuer?: string | undefined
  jwtAudience?: string | undefined
}

/** Whether a bearer token is a JSON Web Token of ours to accept. */
export type TokenCheck = (token: string) => Promise<boolean>

/** Makes the check; undefined where the configuration names no secret and no keys, so that no token is one. */
export function createTokenCheck({ jwtSecret, jwksUrl, jwtIssuer, jwtAudience }: TokenOptions): TokenCheck | undefined {
  const claims = {
    ...(jwtIssuer === undefined ? {} : { issuer: jwtIssuer }),
    ...(jwtAudience === undefined ? {} : { audience: jwtAudience }),
  }
  const secret = jwtSecret === undefined ? undefined : new TextEncoder().encode(jwtSecret)
  const remote = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl))
  if (!secret && !remote) return undefined
  const passes = (verified: Promise<unknown>) =>
    verified.then(
      () => true,
      () => false,
    )
  return async (token) => {
    if (secret && (await passes(jwtVerify(token, secret, { ...claims, algorithms: ['HS256'] })))) return true
    // A symmetric algorithm would let anyone sign with the public key.
    return remote !== undefined && passes(jwtVerify(token, remote, { ...claims, algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] }))
  }
}
