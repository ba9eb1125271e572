import { createHash, timingSafeEqual } from 'node:crypto'
import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import { createTokenCheck, type TokenOptions } from './tokens.ts'

/** Checks a request; rejects with a `BridgeError` 401 when it has no valid key. */
export type KeyCheck = (event: H3Event) => Promise<void>

export interface KeyOptions extends TokenOptions {
  apiKeys: readonly string[]
  /** The password of Basic authentication, as opencode's own clients send it with the user `opencode`. */
  serverPassword?: string | undefined
}

/** Whether the daemon can tell its clients from others. */
export function needsKey({ apiKeys, serverPassword, jwtSecret, jwksUrl }: KeyOptions): boolean {
  return apiKeys.length > 0 || [serverPassword, jwtSecret, jwksUrl].some((secret) => secret !== undefined)
}

/** Makes the check; where nothing is configured to check against, every request passes. */
export function createKeyCheck(options: KeyOptions): KeyCheck {
  const digests = options.apiKeys.map(digest)
  const password = options.serverPassword === undefined ? [] : [digest(options.serverPassword)]
  const isToken = createTokenCheck(options)
  return async (event) => {
    if (!needsKey(options)) return
    const presented = presentedKeys(event)
    if (presented.keys.some((key) => matchesAny(digests, digest(key)))) return
    if (presented.password !== undefined && matchesAny(password, digest(presented.password))) return
    if (isToken && presented.bearer !== undefined && (await isToken(presented.bearer))) return

    event.res.errHeaders.set('www-authenticate', options.serverPassword === undefined ? 'Bearer' : 'Bearer, Basic realm="opencode"')
    throw new BridgeError(
      presented.keys.length === 0 && presented.password === undefined
        ? "You didn't provide an API key. Send it as 'Authorization: Bearer <key>' or 'x-api-key: <key>'."
        : 'Incorrect API key provided.',
      { code: 'invalid_api_key', status: 401 },
    )
  }
}

interface Presented {
  keys: string[]
  bearer: string | undefined
  password: string | undefined
}

/** Everything that the vendors' clients send their keys in. */
function presentedKeys({ req: { headers }, url }: H3Event): Presented {
  const authorization = headers.get('authorization') ?? ''
  const bearer = /^Bearer\s+(\S.*)$/i.exec(authorization)?.[1]?.trim()
  // Google's clients have a header of their own, or put the key into the URL.
  const inUrl = url.pathname.startsWith('/v1beta/') ? url.searchParams.get('key') : undefined
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1]
  const [user, ...rest] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':')
  return {
    keys: [bearer, headers.get('x-api-key')?.trim(), headers.get('x-goog-api-key')?.trim(), inUrl].filter((key): key is string => Boolean(key)),
    bearer,
    password: user === 'opencode' ? rest.join(':') : undefined,
  }
}

/** Digests have one length, which `timingSafeEqual` wants and which hides that of the keys. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Compares with every key, so that the time does not tell which one came near. */
function matchesAny(digests: readonly Buffer[], presented: Buffer): boolean {
  return digests.filter((known) => timingSafeEqual(known, presented)).length > 0
}
