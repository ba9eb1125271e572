import { randomBytes } from 'node:crypto'
import { digestOf, ManagedKeys, type ManagedKeysOptions } from '../access/managed-keys.ts'
import type { Limits } from '../core/limits.ts'
import type { Config } from '../config/schema.ts'
import type { StoredKey } from '../storage/key-store.ts'
import { sqlKeyStore } from '../storage/sql/key-store.ts'
import { openDatabase } from './open-books.ts'

export interface NewKey {
  name: string
  /** Unix time in milliseconds. */
  expiresAt?: number | undefined
  limits?: Limits | undefined
}

/** Makes and ends keys of clients, in the daemon's database, whether it runs or not. */
export interface Keys {
  /** The key, which is shown this once. Undefined where the name is in use. */
  create(key: NewKey): Promise<string | undefined>
  /** Another for the same name, with the limits of the one before unless it has some; undefined where there is none. The one before is void at once. */
  rotate(key: NewKey): Promise<string | undefined>
  /** Gives a key other limits, or none. @returns whether there is a key of this name */
  limit(name: string, limits: Limits | undefined): Promise<boolean>
  revoke(name: string): Promise<StoredKey | undefined>
  list(): Promise<StoredKey[]>
}

/** Opens the database for as long as `use` takes. @throws what its driver throws */
export async function withKeys<T>(config: Pick<Config, 'database'>, env: NodeJS.ProcessEnv, use: (keys: Keys) => Promise<T>): Promise<T> {
  const database = openDatabase(config, env)
  const store = sqlKeyStore(database)
  try {
    return await use({
      create: async (wanted) => {
        const { key, stored } = makeKey(wanted)
        return (await store.add(stored)) ? key : undefined
      },
      rotate: async (wanted) => {
        const { key, stored } = makeKey(wanted)
        return (await store.replace(stored)) ? key : undefined
      },
      limit: (name, limits) => store.limit(name, limits),
      revoke: (name) => store.revoke(name, Date.now()),
      list: () => store.list(),
    })
  } finally {
    await database.close()
  }
}

/** 256 bits; the prefix is for those who look for keys that got where they do not belong. */
function makeKey({ name, expiresAt, limits }: NewKey): { key: string; stored: StoredKey } {
  const key = `ocb_${randomBytes(32).toString('base64url')}`
  const stored = {
    name,
    digest: digestOf(key),
    lastFour: key.slice(-4),
    createdAt: Date.now(),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(limits && { limits }),
  }
  return { key, stored }
}

/** For the daemon: the keys as they are, read again as they change. */
export function openManagedKeys(
  config: Pick<Config, 'database'>,
  env: NodeJS.ProcessEnv,
  log: ManagedKeysOptions['log'],
): { keys: ManagedKeys; close(): Promise<void> } {
  const database = openDatabase(config, env)
  return { keys: new ManagedKeys({ load: () => sqlKeyStore(database).list(), log }), close: () => database.close() }
}
