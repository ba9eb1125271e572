import { createHash } from 'node:crypto'
import { BridgeError } from '../core/errors.ts'
import type { Limits } from '../core/limits.ts'

/** A key that was made by `key create`. Unix times in milliseconds. */
export interface ManagedKey {
  name: string
  digest: string
  expiresAt?: number
  revokedAt?: number
  limits?: Limits
}

export interface ManagedKeysOptions {
  load(): Promise<readonly ManagedKey[]>
  log: { warn(message: string): void; info(message: string): void }
  now?(): number
}

/** How long a key that was revoked elsewhere may still be taken. Milliseconds. */
const FRESH = 2_000

/**
 * The keys that may be used now. They are read again every two seconds while somebody asks; while they cannot be read,
 * those that were known go on to count.
 */
export class ManagedKeys {
  readonly #options: ManagedKeysOptions
  #known: ReadonlyMap<string, ManagedKey> | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  #failing = false

  constructor(options: ManagedKeysOptions) {
    this.#options = options
  }

  /**
   * What is known of a key that may be used.
   * @throws BridgeError 503 where keys have never been read
   */
  async find(key: string): Promise<ManagedKey | undefined> {
    const now = (this.#options.now ?? Date.now)()
    if (now - this.#readAt >= FRESH) this.#reading ??= this.#read(now).finally(() => (this.#reading = undefined))
    // Nobody whose key may be known waits for a database that does not answer.
    if (!this.#failing || this.#known === undefined) await this.#reading
    if (this.#known === undefined) {
      throw new BridgeError('The bridge cannot read its keys at the moment.', { code: 'system_fault', status: 503, retryAfter: FRESH })
    }
    const found = this.#known.get(digestOf(key))
    return found && isUsable(found, now) ? found : undefined
  }

  /** Those that may be used, as they were read last. */
  usable(): readonly ManagedKey[] {
    const now = (this.#options.now ?? Date.now)()
    return [...(this.#known?.values() ?? [])].filter((key) => isUsable(key, now))
  }

  async #read(now: number): Promise<void> {
    // One that fails is not asked again by each request.
    this.#readAt = now
    try {
      const keys = await this.#options.load()
      this.#known = new Map(keys.map((key) => [key.digest, key]))
      if (this.#failing) this.#options.log.info('The keys can be read again.')
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#options.log.warn(`The keys cannot be read; those that are known go on to count: ${(error as Error).message}`)
      this.#failing = true
    }
  }
}

/** A key of 256 random bits needs no salt and no slow digest; that it is looked up by it tells nobody anything of it. */
export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

function isUsable({ expiresAt = Number.POSITIVE_INFINITY, revokedAt }: ManagedKey, now: number): boolean {
  return revokedAt === undefined && now < expiresAt
}
