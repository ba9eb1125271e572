import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { idPrefix } from '../../../src/storage/ledger-store.ts'
import { type SqlDatabase, sqlDatabase } from '../../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../../src/storage/sql/ledger-store.ts'
import { ledgerRow as row, T0 } from './ledger-row.ts'
import { databaseKinds, type TestDatabase } from './databases.ts'

describe.each(databaseKinds)('the ledger in %s', (_name, start) => {
  let server: TestDatabase
  let database: SqlDatabase
  let ledger: ReturnType<typeof sqlLedgerStore>

  beforeAll(async () => {
    server = await start()
    database = sqlDatabase({ url: server.url })
    ledger = sqlLedgerStore(database)
  })

  beforeEach(async () => {
    const db = await database.writer()
    await db.deleteFrom('ledger').execute()
    await db.deleteFrom('usage_by_day').execute()
  })

  afterAll(async () => {
    await database.close()
    await server.stop()
  })

  const all = { from: '0000-00-00', to: '9999-99-99' }

  test('gives a row back as it was', async () => {
    const bare = row({ id: `${idPrefix(T0)}-2` })
    for (const name of ['cost', 'queued', 'firstToken'] as const) delete bare[name]
    await ledger.append([row(), bare])
    expect(await ledger.page({ limit: 9 })).toEqual([bare, row()])
  })

  test('sums beyond 2^53, and says what is not in the sum', async () => {
    const rows = [1, 2, 3].map((n) => row({ id: `${idPrefix(T0)}-${n}` }))
    const unknown = row({ id: 'x', usageStatus: 'none', input: 0, outcome: 'error' })
    delete unknown.cost
    await ledger.append([...rows, unknown])
    await ledger.append([row({ id: 'y', usageStatus: 'partial', cost: 1n, final: false, outcome: 'error' })])
    expect(await ledger.sum({ ...all, by: [] })).toEqual([
      {
        group: {},
        requests: 4,
        failed: 1,
        input: 400,
        cachedInput: 50,
        cacheWrites: 25,
        output: 100,
        reasoning: 35,
        cost: 27_021_597_764_222_980n,
        unpriced: 1,
        partial: 1,
      },
    ])
  })

  test('tells sums apart, and of some only', async () => {
    await ledger.append([
      row({ id: 'a', model: 'p/one', cost: 1n }),
      row({ id: 'b', model: 'p/two', cost: 2n, day: '2026-11-29' }),
      row({ id: 'c', model: 'p/one', cost: 4n, day: '2026-11-29', key: 'own' }),
    ])
    const costs = async (query: Partial<Parameters<typeof ledger.sum>[0]>) =>
      (await ledger.sum({ ...all, by: [], ...query })).map(({ group, cost }) => [...Object.values(group), cost]).toSorted()
    expect(await costs({ by: ['model'] })).toEqual([
      ['p/one', 5n],
      ['p/two', 2n],
    ])
    expect(await costs({ by: ['day', 'key'] })).toHaveLength(3)
    expect(await costs({ from: '2026-11-29' })).toEqual([[6n]])
    expect(await costs({ where: { key: 'own' } })).toEqual([[4n]])
    expect(await costs({ to: '2020-01-01', by: ['model'] })).toEqual([])
    expect(await costs({ to: '2020-01-01' })).toEqual([[0n]])
  })

  test('counts a row once that is written again', async () => {
    await ledger.append([row()])
    await ledger.append([row(), row({ id: 'z', cost: 1n })])
    expect(await ledger.sum({ ...all, by: [] })).toMatchObject([{ requests: 2, cost: 9_007_199_254_740_994n }])
  })

  test('writes all of it or nothing', async () => {
    const broken = row({ id: 'broken', model: null as unknown as string })
    await expect(ledger.append([row(), broken])).rejects.toThrow()
    expect(await ledger.page({ limit: 9 })).toEqual([])
    expect(await ledger.sum({ ...all, by: ['model'] })).toEqual([])
  })

  test('is read by pages, the newest first, none twice', async () => {
    const rows = Array.from({ length: 450 }, (_, n) => row({ id: `${idPrefix(T0 + Math.floor(n / 3))}-${n % 3}`, time: T0 + Math.floor(n / 3) }))
    await ledger.append(rows)
    const read: string[] = []
    for (;;) {
      const page = await ledger.page({ limit: 100, ...(read.length > 0 && { before: read.at(-1)! }) })
      if (page.length === 0) break
      read.push(...page.map(({ id }) => id))
    }
    expect(read).toEqual(rows.map(({ id }) => id).toReversed())
    expect((await ledger.page({ limit: 100, from: T0 + 10, to: T0 + 12 })).map(({ time }) => time - T0)).toEqual([11, 11, 11, 10, 10, 10])
  })

  test('forgets old rows, but not their sums', async () => {
    await ledger.append(Array.from({ length: 30 }, (_, n) => row({ id: `${idPrefix(T0 + n)}-a`, time: T0 + n, cost: 1n })))
    expect([await ledger.prune(T0 + 25, 20), await ledger.prune(T0 + 25, 20), await ledger.prune(T0 + 25, 20)]).toEqual([20, 5, 0])
    expect(await ledger.page({ limit: 99 })).toHaveLength(5)
    expect(await ledger.sum({ ...all, by: [] })).toMatchObject([{ cost: 30n }])
  })

  test('is written by several at a time', async () => {
    const other = sqlDatabase({ url: server.url })
    try {
      const writers = [ledger, sqlLedgerStore(other), sqlLedgerStore(other)]
      await Promise.all(writers.flatMap((writer, at) => Array.from({ length: 20 }, (_, n) => writer.append([row({ id: `w${at}-${n}`, cost: 1n })]))))
      expect(await ledger.sum({ ...all, by: [] })).toMatchObject([{ requests: 60, cost: 60n }])
    } finally {
      await other.close()
    }
  })

  test('is opened by many at a time, none of which finds it locked', async () => {
    const fresh = await start()
    const databases = Array.from({ length: 8 }, () => sqlDatabase({ url: fresh.url }))
    try {
      await Promise.all(databases.map((one, at) => sqlLedgerStore(one).append([row({ id: `o${at}`, cost: 1n })])))
      expect(await sqlLedgerStore(databases[0]!).sum({ ...all, by: [] })).toMatchObject([{ requests: 8, cost: 8n }])
    } finally {
      await Promise.all(databases.map((one) => one.close()))
      await fresh.stop()
    }
  })
})
