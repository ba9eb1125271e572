import { decodeJwt } from 'jose'

/** What a source may bring; a token with a chain of certificates has a few kB. */
export const MAX_SECRET_BYTES = 64 * 1024

/** What a source brought. */
export interface ReadSecret {
  secret: string
  /** Unix milliseconds, where the source or the token itself says so. */
  expiresAt: number | undefined
}

/**
 * Where helpers put the token: kubectl's ExecCredential (`status.token`), the output of AWS's `credential_process` and of
 * its container endpoint (`Token`, `SessionToken`), `az account get-access-token`, `aws sso` and Google's (`accessToken`),
 * OAuth's token endpoint (`access_token`).
 */
const TOKEN_FIELDS = ['token', 'Token', 'accessToken', 'access_token', 'SessionToken', 'id_token']

/** And when it ends: a date, or Unix seconds. `az` prints `expires_on` beside a local time without a zone. */
const EXPIRY_FIELDS = ['expirationTimestamp', 'Expiration', 'expires_on', 'expiresAt', 'expires_at', 'expiresOn', 'expiry']

/** Beyond this, a number counts milliseconds: as seconds it would be the year 5138. */
const MAX_SECONDS = 1e11

/**
 * Reads a bare token, or JSON with a token in it. A token that is a JWT says by itself when it expires, where nothing else does.
 * @returns undefined for what is neither
 */
export function readSecret(text: string, now: number = Date.now()): ReadSecret | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return withExpiry(toSecret(trimmed), undefined)
  const fields = parseFields(trimmed)
  if (fields === undefined) return undefined
  const secret = TOKEN_FIELDS.map((name) => fields[name]).find((value) => typeof value === 'string')
  return withExpiry(toSecret(secret as string | undefined), expiryOf(fields, now))
}

/** Text that a header can carry, without the white space around it. */
export function toSecret(text: string | undefined): string | undefined {
  const secret = text?.trim()
  return secret && /^[\x21-\x7e]+$/.test(secret) ? secret : undefined
}

function withExpiry(secret: string | undefined, expiresAt: number | undefined): ReadSecret | undefined {
  return secret === undefined ? undefined : { secret, expiresAt: expiresAt ?? expiryOfJwt(secret) }
}

/** kubectl's form has them one level deeper. */
function parseFields(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown>
    return { ...value, ...(value.status as Record<string, unknown> | undefined) }
  } catch {
    return undefined
  }
}

function expiryOf(fields: Record<string, unknown>, now: number): number | undefined {
  for (const name of EXPIRY_FIELDS) {
    const time = toTime(fields[name])
    if (time !== undefined) return time
  }
  const seconds = Number(fields.expires_in)
  return fields.expires_in !== undefined && Number.isFinite(seconds) ? now + seconds * 1000 : undefined
}

function toTime(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const number = Number(value)
  if (Number.isFinite(number)) return number > MAX_SECONDS ? number : number * 1000
  const time = Date.parse(String(value))
  return Number.isNaN(time) ? undefined : time
}

function expiryOfJwt(secret: string): number | undefined {
  try {
    const { exp } = decodeJwt(secret)
    return exp === undefined ? undefined : exp * 1000
  } catch {
    return undefined
  }
}
