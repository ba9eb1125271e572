import { sql } from 'kysely'
import { statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS } from '../../../src/core/calendar.ts'
import { LedgerSink } from '../../../src/records/ledger/ledger-sink.ts'
import type { LedgerRow, PageQuery, UsageSum } from '../../../src/storage/ledger-store.ts'
import { type SqlDatabase, sqlDatabase } from '../../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../../src/storage/sql/ledger-store.ts'
import { migrations } from '../../../src/storage/sql/migrations.ts'
import { aRecord } from '../../records/a-record.ts'
import { until } from '../../support/until.ts'
import { databaseKinds, type TestDatabase } from './databases.ts'
import { fillLedger } from './fill-ledger.ts'
import { T0 } from './ledger-row.ts'
import { RARE, yearOfRows } from './year-of-rows.ts'

/** A year of a busy house. `LEDGER_ROWS=20000` is a quick look, and the least. */
const ROWS = Number(process.env.LEDGER_ROWS ?? 1_000_000)
const BATCH = 500
const PAGE = 100
/** Rows that are written as the daemon does, without the indices of pages and with them. */
const APPENDED = 5_000
const INDEXED = ['key', 'model', 'provider', 'request_id', 'error', 'outcome']

const year = yearOfRows(ROWS)
const today = year.dayOf(T0)
const thisMonth = { from: `${today.slice(0, 7)}-01`, to: today }

describe.each(databaseKinds)('a ledger of a year in %s', (kind, start) => {
  let server: TestDatabase
  let database: SqlDatabase
  let ledger: ReturnType<typeof sqlLedgerStore>
  /** Bytes. */
  let empty = 0
  /** What was written, summed by hand: of the year, by month, and of this month by model. */
  const whole = { cost: 0n, requests: 0 }
  const byMonth: Record<string, bigint> = {}
  const byModel: Record<string, bigint> = {}

  beforeAll(async () => {
    server = await start()
    database = sqlDatabase({ url: server.url })
    ledger = sqlLedgerStore(database)
    const db = await database.writer()
    empty = await size()
    for (const name of INDEXED) await db.schema.dropIndex(`ledger_by_${name}`).execute()
    const begun = performance.now()
    await fillLedger(db, { count: ROWS - 2 * APPENDED, row: year.row, database: database.path === undefined ? 'postgres' : 'sqlite', each: count })
    print(`${ROWS} rows`, `filled in ${seconds(begun)}`)
    const bare = (await size()) - empty
    await append(ROWS - 2 * APPENDED, 'without indices')
    const indexing = performance.now()
    await migrations['004-ledger-pages']!.up(db)
    // As its own cleaner does within a minute.
    if (database.path === undefined) await sql`vacuum analyze ledger`.execute(db)
    print('indices', `made in ${seconds(indexing)}`)
    await append(ROWS - APPENDED, 'with indices')
    print('size', `${Math.round(((await size()) - empty) / ROWS)} bytes a row, ${Math.round(bare / (ROWS - 2 * APPENDED))} without indices`)
  }, 3_600_000)

  afterAll(async () => {
    await database?.close()
    await server?.stop()
  })

  /** As the daemon does. */
  async function append(from: number, how: string): Promise<void> {
    let took = 0
    for (let at = from; at < from + APPENDED; at += BATCH) {
      const rows = Array.from({ length: BATCH }, (_, index) => year.row(at + index))
      rows.forEach(count)
      const begun = performance.now()
      await ledger.append(rows)
      took += performance.now() - begun
    }
    print('written', `${((took * 1000) / APPENDED).toFixed(0)} µs a row ${how}, ${BATCH} at a time`)
  }

  function print(what: string, figure: string): void {
    console.log(`${kind}: ${what}: ${figure}`)
  }

  function count({ cost = 0n, day, model }: LedgerRow): void {
    whole.cost += cost
    whole.requests++
    byMonth[day.slice(0, 7)] = (byMonth[day.slice(0, 7)] ?? 0n) + cost
    if (day >= thisMonth.from) byModel[model] = (byModel[model] ?? 0n) + cost
  }

  /** Bytes of the database, its indices and what is not yet moved into it. */
  async function size(): Promise<number> {
    const { path } = database
    if (path !== undefined) return ['', '-wal'].reduce((sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0), 0)
    const { rows } = await sql<{ bytes: string }>`select pg_database_size(current_database()) as bytes`.execute(await database.reader())
    return Number(rows[0]!.bytes)
  }

  /** The first time with what is cached as it comes, and the best of two more. */
  async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const times: number[] = []
    for (let round = 0; round < 3; round++) {
      const begun = performance.now()
      await work()
      times.push(performance.now() - begun)
    }
    print(what, `${times[0]!.toFixed(1)} ms, then ${Math.min(...times.slice(1)).toFixed(1)} ms`)
    return work()
  }

  const costs = (sums: UsageSum[], name: 'day' | 'model') => Object.fromEntries(sums.map(({ group, cost }) => [group[name]!, cost]))

  test('sums are those of the rows', async () => {
    const all = { from: '0000-00-00', to: '9999-99-99' }
    expect(await timed('usage of the year', () => ledger.sum({ ...all, by: [] }))).toMatchObject([whole])
    const days = costs(await timed('usage of the year by day', () => ledger.sum({ ...all, by: ['day'] })), 'day')
    const months: Record<string, bigint> = {}
    for (const [day, cost] of Object.entries(days)) months[day.slice(0, 7)] = (months[day.slice(0, 7)] ?? 0n) + cost
    expect(months).toEqual(byMonth)
    expect(await timed('usage of this month', () => ledger.sum({ ...thisMonth, by: [] }))).toMatchObject([{ cost: byMonth[today.slice(0, 7)] }])
    expect(costs(await timed('usage of this month by model', () => ledger.sum({ ...thisMonth, by: ['model'] })), 'model')).toEqual(byModel)
    await timed('usage of the year by model', () => ledger.sum({ ...all, by: ['model'] }))
  })

  /** The numbers of the newest rows below `from` that are meant. */
  function newest(from: number, meant: (row: LedgerRow) => boolean): LedgerRow[] {
    const found: LedgerRow[] = []
    for (let number = from - 1; number >= 0 && found.length < PAGE; number--) {
      const row = year.row(number)
      if (meant(row)) found.push(row)
    }
    return found
  }

  const some = year.row(ROWS >> 1)
  const far = Math.floor(ROWS / 10)
  const pages: [string, Omit<PageQuery, 'limit'>, number, (row: LedgerRow) => boolean][] = [
    ['the first page', {}, ROWS, () => true],
    ['a page far behind', { before: year.row(far).id }, far, () => true],
    ['a page of a key', { where: { key: some.key } }, ROWS, ({ key }) => key === some.key],
    ['a page of a key far behind', { where: { key: some.key }, before: year.row(far).id }, far, ({ key }) => key === some.key],
    ['a page of a key that left long ago', { where: { key: RARE.key } }, RARE.rows, () => true],
    ['a page of a model', { where: { model: some.model } }, ROWS, ({ model }) => model === some.model],
    ['a page of a model that is gone', { where: { model: RARE.model } }, RARE.rows, () => true],
    ['a page of a provider that nobody asked', { where: { provider: 'nobody' } }, 0, () => true],
    ['a page of errors', { where: { outcome: 'error' } }, ROWS, ({ outcome }) => outcome === 'error'],
    ['a page of an error that nobody had', { where: { error: 'nobody' } }, 0, () => true],
    ['a request by its id', { where: { requestId: some.requestId } }, (ROWS >> 1) + 1, ({ requestId }) => requestId === some.requestId],
  ]

  test.each(pages)('%s has the rows that it should', async (what, query, from, meant) => {
    const rows = await timed(what, () => ledger.page({ ...query, limit: PAGE }))
    const expected = what === 'a request by its id' ? [some] : newest(from, meant)
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    expect(rows[0]).toEqual(expected[0])
  })

  test('the times of the newest first tokens, of all and of a key that left long ago', async () => {
    const times = (where: Required<PageQuery>['where']) => ledger.firstTokens({ limit: 5000, where })
    expect(await timed('latency', () => times({}))).toHaveLength(5000)
    const rare = newest(RARE.rows, ({ firstToken }) => firstToken !== undefined).map(({ firstToken }) => firstToken)
    expect((await timed('latency of a key that left long ago', () => times({ key: RARE.key }))).map(({ firstToken }) => firstToken)).toEqual(rare)
  })

  test('what is older than is kept goes while rows are written; none of these is lost, and no sum', { timeout: 3_600_000 }, async () => {
    const log = { warn: (text: string) => expect.unreachable(text), info: () => {} }
    const sink = new LedgerSink({ store: ledger, prices: () => undefined, dayOf: year.dayOf, retention: 335, log, now: () => T0 })
    const cutOff = T0 - 335 * DAY_MS
    const old = year.countBefore(cutOff)
    const oldest = async () => (await ledger.page({ limit: 1, to: cutOff })).length
    expect(await oldest()).toBe(1)
    const begun = performance.now()
    let asked = 0
    await until(async () => {
      for (let more = 0; more < 20; more++) sink.record(aRecord({ startedAt: T0 + asked, requestId: `written-${asked++}` }))
      return (await oldest()) === 0
    }, 1_800_000)
    const took = performance.now() - begun
    await sink.close()
    print('retention', `${old} rows gone in ${Math.round(took)} ms, while ${asked} were written`)
    expect(sink.status()).toEqual({ written: asked, pending: 0, lost: 0 })
    const { rows } = await sql<{ count: bigint }>`select count(*) as count from ledger`.execute(await database.reader())
    expect(Number(rows[0]!.count)).toBe(ROWS - old + asked)
    expect(await ledger.sum({ from: '0000-00-00', to: '9999-99-99', by: [] })).toMatchObject([{ requests: ROWS + asked, cost: whole.cost }])
  })
})

function seconds(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`
}
