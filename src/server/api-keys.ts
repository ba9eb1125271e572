import { createHash, timingSafeEqual } from 'node:crypto'
import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'

/** Checks a request; throws a `BridgeError` 401 when it has no valid key. */
export type KeyCheck = (event: H3Event) => void

/** Makes the check for a list of keys; an empty list lets every request pass. */
export function createKeyCheck(keys: readonly string[]): KeyCheck {
  const digests = keys.map(digest)
  return (event) => {
    if (digests.length === 0) return
    const presented = presentedKeys(event.req.headers)
    if (presented.some((key) => matchesAny(digests, digest(key)))) return

    event.res.errHeaders.set('www-authenticate', 'Bearer')
    throw new BridgeError(
      presented.length === 0
        ? "You didn't provide an API key. Send it as 'Authorization: Bearer <key>' or 'x-api-key: <key>'."
        : 'Incorrect API key provided.',
      { code: 'invalid_api_key', status: 401 },
    )
  }
}

function presentedKeys(headers: Headers): string[] {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return [bearer?.trim(), headers.get('x-api-key')?.trim()].filter((key) => key !== undefined && key !== '') as string[]
}

/** Digests have one length, which `timingSafeEqual` wants and which hides that of the keys. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Compares with every key, so that the time does not tell which one came near. */
function matchesAny(digests: readonly Buffer[], presented: Buffer): boolean {
  return digests.filter((known) => timingSafeEqual(known, presented)).length > 0
}
