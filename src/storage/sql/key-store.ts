import type { Kysely } from 'kysely'
import type { KeyStore, StoredKey } from '../key-store.ts'
import type { SqlDatabase } from './database.ts'
import type { KeyTable, Tables } from './tables.ts'

export function sqlKeyStore(database: SqlDatabase): KeyStore {
  const inTransaction = async <T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> => (await database.writer()).transaction().execute(work)
  return {
    add: (key) =>
      inTransaction(async (db) => {
        if ((await inUse(db, key.name)) !== undefined) return false
        await db.insertInto('keys').values(toRow(key)).execute()
        return true
      }),
    list: async () => {
      const db = await database.reader()
      return (await db.selectFrom('keys').selectAll().orderBy('created_at', 'desc').execute()).map(fromRow)
    },
    revoke: (name, at) => inTransaction((db) => revoke(db, name, at)),
    replace: (key) =>
      inTransaction(async (db) => {
        if ((await revoke(db, key.name, key.createdAt)) === undefined) return false
        await db.insertInto('keys').values(toRow(key)).execute()
        return true
      }),
  }
}

async function revoke(db: Kysely<Tables>, name: string, at: number): Promise<StoredKey | undefined> {
  const key = await inUse(db, name)
  if (key !== undefined) await db.updateTable('keys').set({ revoked_at: at }).where('digest', '=', key.digest).execute()
  return key
}

async function inUse(db: Kysely<Tables>, name: string): Promise<StoredKey | undefined> {
  const row = await db.selectFrom('keys').selectAll().where('name', '=', name).where('revoked_at', 'is', null).executeTakeFirst()
  return row && fromRow(row)
}

function toRow({ name, digest, lastFour, createdAt, expiresAt, revokedAt }: StoredKey): KeyTable {
  return { name, digest, last_four: lastFour, created_at: createdAt, expires_at: expiresAt ?? null, revoked_at: revokedAt ?? null }
}

function fromRow({ name, digest, last_four, created_at, expires_at, revoked_at }: KeyTable): StoredKey {
  return {
    name,
    digest,
    lastFour: last_four,
    createdAt: Number(created_at),
    ...(expires_at !== null && { expiresAt: Number(expires_at) }),
    ...(revoked_at !== null && { revokedAt: Number(revoked_at) }),
  }
}
