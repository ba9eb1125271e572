import type { Kysely } from 'kysely'
import type { Limits } from '../../core/limits.ts'
import type { KeyStore, StoredKey } from '../key-store.ts'
import type { SqlDatabase } from './database.ts'
import type { KeyTable, Tables } from './tables.ts'

type Db = Kysely<Tables>

export function sqlKeyStore(database: SqlDatabase): KeyStore {
  const inTransaction = async <T>(work: (db: Db) => Promise<T>): Promise<T> => (await database.writer()).transaction().execute(work)
  return {
    add: (key) =>
      inTransaction(async (db) => {
        if ((await inUse(db, key.name)) !== undefined) return false
        await insert(db, key)
        return true
      }),
    list: async () =>
      (
        await keys(await database.reader())
          .orderBy('created_at', 'desc')
          .execute()
      ).map(fromRow),
    revoke: (name, at) => inTransaction((db) => revoke(db, name, at)),
    limit: (name, limits) =>
      inTransaction(async (db) => {
        const key = await inUse(db, name)
        if (key === undefined) return false
        await db.deleteFrom('key_limits').where('digest', '=', key.digest).execute()
        await insertLimits(db, key.digest, limits)
        return true
      }),
    replace: (key) =>
      inTransaction(async (db) => {
        const before = await revoke(db, key.name, key.createdAt)
        if (before === undefined) return false
        await insert(db, { ...(before.limits && { limits: before.limits }), ...key })
        return true
      }),
  }
}

async function revoke(db: Db, name: string, at: number): Promise<StoredKey | undefined> {
  const key = await inUse(db, name)
  if (key !== undefined) await db.updateTable('keys').set({ revoked_at: at }).where('digest', '=', key.digest).execute()
  return key
}

async function inUse(db: Db, name: string): Promise<StoredKey | undefined> {
  const row = await keys(db).where('name', '=', name).where('revoked_at', 'is', null).executeTakeFirst()
  return row && fromRow(row)
}

function keys(db: Db) {
  return db.selectFrom('keys').leftJoin('key_limits', 'key_limits.digest', 'keys.digest').selectAll('keys').select('key_limits.limits')
}

async function insert(db: Db, key: StoredKey): Promise<void> {
  await db.insertInto('keys').values(toRow(key)).execute()
  await insertLimits(db, key.digest, key.limits)
}

async function insertLimits(db: Db, digest: string, limits: Limits | undefined): Promise<void> {
  if (limits)
    await db
      .insertInto('key_limits')
      .values({ digest, limits: JSON.stringify(limits) })
      .execute()
}

function toRow({ name, digest, lastFour, createdAt, expiresAt, revokedAt }: StoredKey): KeyTable {
  return { name, digest, last_four: lastFour, created_at: createdAt, expires_at: expiresAt ?? null, revoked_at: revokedAt ?? null }
}

function fromRow({ name, digest, last_four, created_at, expires_at, revoked_at, limits }: KeyTable & { limits: string | null }): StoredKey {
  return {
    name,
    digest,
    lastFour: last_four,
    createdAt: Number(created_at),
    ...(expires_at !== null && { expiresAt: Number(expires_at) }),
    ...(revoked_at !== null && { revokedAt: Number(revoked_at) }),
    ...(limits !== null && { limits: JSON.parse(limits) as Limits }),
  }
}
