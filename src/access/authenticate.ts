import { createHash, timingSafeEqual } from 'node:crypto'
import { BridgeError } from '../core/errors.ts'
import type { Client } from './client.ts'
import type { KeySources } from './key-sources.ts'
import type { ManagedKeys } from './managed-keys.ts'
import { type AccessOptions, needsProof } from './options.ts'
import { type Asking, type Presented, presentedBy } from './presented.ts'
import { createTokenCheck } from './tokens.ts'

/**
 * Finds out who asks.
 * @throws BridgeError 401 for nobody that the daemon knows
 */
export type Authenticate = (asking: Asking) => Promise<Client>

/** The value of `WWW-Authenticate` beside a refusal. */
export function challengeOf({ serverPassword }: AccessOptions): string {
  return serverPassword === undefined ? 'Bearer' : 'Bearer, Basic realm="opencode"'
}

/** What more than the configuration it takes. */
export interface AccessParts {
  /** Keys that may change. */
  sources?: Pick<KeySources, 'find'> | undefined
  managed?: Pick<ManagedKeys, 'find'> | undefined
  /** Which way the keys of tokens are asked for. */
  fetch?: typeof globalThis.fetch | undefined
}

/** Makes it; where nothing is configured to check against, everybody is let in. */
export function createAuthenticate(options: AccessOptions, { managed, sources, fetch }: AccessParts = {}): Authenticate {
  const digests = options.apiKeys.map(digest)
  const password = options.serverPassword === undefined ? [] : [digest(options.serverPassword)]
  const subjectOf = createTokenCheck(options, fetch)
  return async (asking) => {
    const presented = presentedBy(asking)
    if (!needsProof(options)) return openClient(presented)
    const key = presented.keys.find((candidate) => matchesAny(digests, digest(candidate)))
    if (key !== undefined) return { id: `key:${shortDigest(key)}`, kind: 'key' }
    if ([presented.password ?? [], presented.keys].flat().some((candidate) => matchesAny(password, digest(candidate))))
      return { id: 'password', kind: 'password' }
    const subject = presented.bearer === undefined ? undefined : await subjectOf?.(presented.bearer)
    if (subject !== undefined) return { id: `token:${shortDigest(subject)}`, kind: 'token' }
    const source = presented.keys.length === 0 ? undefined : await sources?.find((key) => matchesAny(presented.keys.map(digest), digest(key)))
    // The same client, whatever its key is at the moment.
    if (source !== undefined) return { id: `source:${source}`, kind: 'key' }
    for (const candidate of managed ? presented.keys : []) {
      const known = await managed!.find(candidate)
      if (known) return { id: `named:${known.name}`, kind: 'key', name: known.name, ...(known.limits && { limits: known.limits }) }
    }
    throw new BridgeError(
      presented.keys.length === 0 && presented.password === undefined
        ? "You didn't provide an API key. Send it as 'Authorization: Bearer <key>' or 'x-api-key: <key>'."
        : 'Incorrect API key provided.',
      { code: 'invalid_api_key', status: 401 },
    )
  }
}

function openClient({ keys, password }: Presented): Client {
  const told = keys[0] ?? password
  return { id: told === undefined ? 'open' : `open:${shortDigest(told)}`, kind: 'open' }
}

/** Digests have one length, which `timingSafeEqual` wants and which hides that of the keys. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function shortDigest(text: string): string {
  return digest(text).toString('base64url').slice(0, 22)
}

/** Compares with every key, so that the time does not tell which one came near. */
function matchesAny(digests: readonly Buffer[], presented: Buffer): boolean {
  return digests.filter((known) => timingSafeEqual(known, presented)).length > 0
}
