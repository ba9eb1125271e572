import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Claim, LimitStore } from '../../src/storage/limit-store.ts'
import { memoryLimitStore } from '../../src/storage/memory/limit-store.ts'
import { type SqlDatabase, sqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLimitStore } from '../../src/storage/sql/limit-store.ts'
import { databaseKinds, type TestDatabase } from './sql/databases.ts'

const claim = (counter: string, amount: bigint | number, limit: bigint | number): Claim => ({
  counter,
  amount: BigInt(amount),
  limit: BigInt(limit),
  expires: 1000,
})
const spent = (counter: string, amount: number) => ({ counter, amount: BigInt(amount), expires: 1000 })
const LEASES = { before: 0, after: 10_000 }

interface Opened {
  store: LimitStore
  /** The same counters, as another daemon sees them. */
  other: LimitStore
  empty(): Promise<void>
  close(): Promise<void>
}

async function openSql(start: () => Promise<TestDatabase>): Promise<Opened> {
  const server = await start()
  const [one, two] = [sqlDatabase({ url: server.url }), sqlDatabase({ url: server.url })] as [SqlDatabase, SqlDatabase]
  return {
    store: sqlLimitStore(one),
    other: sqlLimitStore(two),
    empty: async () => {
      const db = await one.writer()
      await db.deleteFrom('limit_counters').execute()
      await db.deleteFrom('limit_reservations').execute()
    },
    close: async () => {
      await Promise.all([one.close(), two.close()])
      await server.stop()
    },
  }
}

const kinds: [string, () => Promise<Opened>][] = [
  [
    'memory',
    async () => {
      let current = memoryLimitStore()
      const store = new Proxy({} as LimitStore, { get: (_, name) => current[name as keyof LimitStore] })
      return { store, other: store, empty: async () => void (current = memoryLimitStore()), close: async () => {} }
    },
  ],
  ...databaseKinds.map(([name, start]) => [name, () => openSql(start)] as [string, () => Promise<Opened>]),
]

describe.each(kinds)('the counters of limits in %s', (_name, open) => {
  let opened: Opened
  let store: LimitStore

  beforeAll(async () => {
    opened = await open()
    store = opened.store
  })
  beforeEach(() => opened.empty())
  afterAll(() => opened.close())

  const used = async (...counters: string[]) => Object.fromEntries(await store.read(counters))

  test('take a reservation whole or not at all', async () => {
    expect(await store.reserve({ id: '1', until: 5, claims: [claim('a', 2, 5), claim('b', 1, 1)] })).toEqual({
      refused: [],
      used: new Map([
        ['a', 2n],
        ['b', 1n],
      ]),
    })
    const full = await store.reserve({ id: '2', until: 5, claims: [claim('a', 3, 5), claim('b', 1, 1)] })
    expect([full.refused, full.used.get('b')]).toEqual([['b'], 1n])
    expect(await used('a', 'b', 'c')).toEqual({ a: 2n, b: 1n })
    expect((await store.reserve({ id: '3', until: 5, claims: [claim('a', 3, 5)] })).refused).toEqual([])
    expect((await store.reserve({ id: '4', until: 5, claims: [claim('a', 1, 5), claim('new', 1, 5)] })).refused).toEqual(['a'])
    expect((await store.reserve({ id: '5', until: 5, claims: [claim('new', 6, 5)] })).refused).toEqual(['new'])
    expect(await used('a', 'new')).toEqual({ a: 5n })
  })

  test('have what was used in the place of what was reserved, more or less', async () => {
    await store.reserve({ id: '1', until: 5, claims: [claim('a', 10, 100), claim('b', 10, 100)] })
    await store.reserve({ id: '2', until: 5, claims: [claim('a', 10, 100)] })
    await store.settle('1', [spent('a', 3), spent('b', 40)])
    expect(await used('a', 'b')).toEqual({ a: 13n, b: 40n })
    await store.settle('2', [])
    expect(await used('a', 'b')).toEqual({ a: 3n, b: 40n })
  })

  test('give back what is held by leases that ended, and count late what came of it', async () => {
    await store.reserve({ id: 'old', until: 5, claims: [claim('a', 10, 100)] })
    await store.reserve({ id: 'renewed', until: 5, claims: [claim('a', 20, 100)] })
    await store.reserve({ id: 'future', until: 99_999, claims: [claim('a', 40, 100)] })
    await store.renew(['renewed', 'nobody'], 8)
    await store.renew([], 8)
    expect(await store.release({ ...LEASES, before: 6 })).toBe(2)
    expect(await used('a')).toEqual({ a: 20n })
    await store.settle('old', [spent('a', 7)])
    expect(await used('a')).toEqual({ a: 27n })
    expect(await store.release({ ...LEASES, before: 6 })).toBe(0)
  })

  test('are exact beyond 2^53', async () => {
    const much = 2n ** 53n
    await store.reserve({ id: '1', until: 5, claims: [claim('a', much, much * 3n)] })
    await store.reserve({ id: '2', until: 5, claims: [claim('a', much + 1n, much * 3n)] })
    expect(await used('a')).toEqual({ a: much * 2n + 1n })
  })

  test('are never more than the limit, however many ask at once from two daemons', async () => {
    const ask = (n: number) =>
      [store, opened.other][n % 2]!.reserve({
        id: String(n),
        until: 5,
        claims: n % 3 === 0 ? [claim('a', 3, 100), claim('b', 1, 20)] : [claim('b', 1, 20), claim('a', 3, 100)],
      })
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(n)))
    expect(answers.filter(({ refused }) => refused.length === 0)).toHaveLength(20)
    expect(await used('a', 'b')).toEqual({ a: 60n, b: 20n })
    await Promise.all(answers.map((_, n) => [store, opened.other][n % 2]!.settle(String(n), [])))
    expect(await used('a', 'b')).toEqual({ a: 0n, b: 0n })
  })

  test('are forgotten when their time is over', async () => {
    await store.reserve({ id: '1', until: 5, claims: [claim('a', 1, 5), { ...claim('b', 1, 5), expires: 2000 }] })
    await store.prune(1500)
    expect(await used('a', 'b')).toEqual({ b: 1n })
  })
})
