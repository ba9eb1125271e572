import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a model server demands of a call before it reads its body. */
export interface Demands {
  /** The API key, as `Authorization: Bearer`. */
  key: string
  /** Of a body. */
  maxBytes: number
  /** Calls at a time. */
  maxCalls: number
}

/**
 * Looks at the head of a call.
 * @param running calls that are being answered, without this one
 * @returns the status to refuse it with
 */
export function refusalOf({ headers }: IncomingMessage, running: number, { key, maxBytes, maxCalls }: Demands): number | undefined {
  // opencode is no web page, and no page has business here.
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 403
  if (!isSame(headers.authorization ?? '', `Bearer ${key}`)) return 401
  if (Number(headers['content-length'] ?? 0) > maxBytes) return 413
  return running >= maxCalls ? 503 : undefined
}

/** In a time that tells nothing; digests have one length. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
