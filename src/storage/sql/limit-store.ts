import { type Kysely, sql } from 'kysely'
import type { Claim, LimitStore, Reserved, Spent } from '../limit-store.ts'
import type { SqlDatabase } from './database.ts'
import type { Tables } from './tables.ts'

/** Leases that are looked at in one go. */
const CHUNK = 100

type Db = Kysely<Tables>

export function sqlLimitStore(database: SqlDatabase): LimitStore {
  const inTransaction = async <T>(work: (db: Db) => Promise<T>): Promise<T> => (await database.writer()).transaction().execute(work)
  return {
    reserve: async ({ id, claims, until }) => {
      // A first claim makes its counter, which then holds it to nothing.
      const hopeless = claims.filter(({ amount, limit }) => amount > limit).map(({ counter }) => counter)
      try {
        return await inTransaction(async (db) => {
          if (hopeless.length > 0) throw new NoRoom(hopeless, await read(db, namesOf(claims)))
          const counted = await count(db, claims)
          if (counted.size < claims.length) {
            const refused = namesOf(claims).filter((name) => !counted.has(name))
            throw new NoRoom(refused, await read(db, refused))
          }
          await db
            .insertInto('limit_reservations')
            .values({ id, until_time: until, claims: write(claims) })
            .execute()
          return { refused: [], used: counted }
        })
      } catch (error) {
        // What was counted before is taken back with the transaction.
        if (error instanceof NoRoom) return error.reserved
        throw error
      }
    },

    settle: (id, spent) =>
      inTransaction(async (db) => {
        const held = await db.deleteFrom('limit_reservations').where('id', '=', id).returning('claims').executeTakeFirst()
        await add(db, [...(held ? negative(parse(held.claims)) : []), ...spent])
      }),

    renew: async (ids, until) => {
      if (ids.length === 0) return
      const db = await database.writer()
      await db.transaction().execute((transaction) => transaction.updateTable('limit_reservations').set({ until_time: until }).where('id', 'in', ids).execute())
    },

    release: async ({ before, after }) => {
      let released = 0
      for (;;) {
        const ended = await inTransaction(async (db) => {
          const some = await db
            .selectFrom('limit_reservations')
            .select('id')
            .where((where) => where.or([where('until_time', '<', before), where('until_time', '>', after)]))
            .limit(CHUNK)
            .execute()
          if (some.length === 0) return []
          // Another daemon may be at it, too: whoever deletes one gives back what it holds.
          const deleted = await db
            .deleteFrom('limit_reservations')
            .where(
              'id',
              'in',
              some.map(({ id }) => id),
            )
            .where((where) => where.or([where('until_time', '<', before), where('until_time', '>', after)]))
            .returning('claims')
            .execute()
          await add(
            db,
            deleted.flatMap(({ claims }) => negative(parse(claims))),
          )
          return some
        })
        released += ended.length
        if (ended.length < CHUNK) return released
      }
    },

    read: async (counters) => read(await database.reader(), counters),

    prune: async (before) => {
      await inTransaction((db) => db.deleteFrom('limit_counters').where('expires', '<', before).execute())
    },
  }
}

class NoRoom extends Error {
  readonly reserved: Reserved

  constructor(refused: readonly string[], used: Reserved['used']) {
    super('no room')
    this.reserved = { refused, used }
  }
}

/** Counts what there is room for, in one statement; returns what those counters come to. Sorted, lest two wait for each other. */
async function count(db: Db, claims: readonly Claim[]): Promise<Map<string, bigint>> {
  const rows = await db
    .insertInto('limit_counters')
    .values(sorted(claims).map(({ counter, amount, limit, expires }) => ({ counter, used: amount, cap: limit, expires })))
    .onConflict((conflict) =>
      conflict
        .column('counter')
        .doUpdateSet({ used: sql`limit_counters.used + excluded.used`, cap: sql`excluded.cap` })
        .where(sql<boolean>`limit_counters.used + excluded.used <= excluded.cap`),
    )
    .returning(['counter', 'used'])
    .execute()
  return new Map(rows.map(({ counter, used }) => [counter, BigInt(used)]))
}

/** Counts what was used, whatever room there is. */
async function add(db: Db, changes: readonly Spent[]): Promise<void> {
  const sums = new Map<string, Spent>()
  for (const one of changes) sums.set(one.counter, { ...one, amount: (sums.get(one.counter)?.amount ?? 0n) + one.amount })
  const values = sorted([...sums.values()]).filter(({ amount }) => amount !== 0n)
  if (values.length === 0) return
  await db
    .insertInto('limit_counters')
    .values(values.map(({ counter, amount, expires }) => ({ counter, used: amount, cap: 0, expires })))
    .onConflict((conflict) => conflict.column('counter').doUpdateSet({ used: sql`limit_counters.used + excluded.used` }))
    .execute()
}

async function read(db: Db, counters: readonly string[]): Promise<Map<string, bigint>> {
  if (counters.length === 0) return new Map()
  const rows = await db.selectFrom('limit_counters').select(['counter', 'used']).where('counter', 'in', counters).execute()
  return new Map(rows.map(({ counter, used }) => [counter, BigInt(used)]))
}

function sorted<T extends { counter: string }>(claims: readonly T[]): T[] {
  return claims.toSorted((one, other) => (one.counter < other.counter ? -1 : 1))
}

function namesOf(claims: readonly Claim[]): string[] {
  return claims.map(({ counter }) => counter)
}

function negative(spent: readonly Spent[]): Spent[] {
  return spent.map((one) => ({ ...one, amount: -one.amount }))
}

function write(claims: readonly Claim[]): string {
  return JSON.stringify(claims.map(({ counter, amount, expires }) => [counter, String(amount), expires]))
}

function parse(claims: string): Spent[] {
  return (JSON.parse(claims) as [string, string, number][]).map(([counter, amount, expires]) => ({ counter, amount: BigInt(amount), expires }))
}
