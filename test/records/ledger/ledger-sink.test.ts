import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, expect, test, vi } from 'vitest'
import { createCalendar } from '../../../src/core/calendar.ts'
import type { PriceBook } from '../../../src/records/pricing/price-book.ts'
import { LedgerSink } from '../../../src/records/ledger/ledger-sink.ts'
import { programOf } from '../../../src/records/ledger/rows.ts'
import { idPrefix } from '../../../src/storage/ledger-store.ts'
import { sqlDatabase } from '../../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../../src/storage/sql/ledger-store.ts'
import { aRecord as record, anAttempt as attempt, usage } from '../a-record.ts'
import { ledgerRow } from '../../storage/sql/ledger-row.ts'
import { hasPostgres, startPostgres, startSqlite, type TestDatabase } from '../../storage/sql/databases.ts'

/** Seconds for which a PostgreSQL stays away, while ten requests a second end. */
const GONE = Number(process.env.POSTGRES_GONE ?? 0)

const ALL = { from: '0000-00-00', to: '9999-99-99', by: [] }
const prices: PriceBook = ({ model }) =>
  model === 'p/unknown' ? undefined : { rates: { input: 10n ** 12n, output: 10n ** 13n }, tiers: [], source: 'catalogue', billing: 'metered' }

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function books(start: () => Promise<TestDatabase> = startSqlite, some: Partial<ConstructorParameters<typeof LedgerSink>[0]> = {}, timeout = 500) {
  const server = await start()
  const database = sqlDatabase({ url: server.url, timeout })
  const store = sqlLedgerStore(database)
  const log = { warn: vi.fn(), info: vi.fn() }
  const sink = new LedgerSink({ store, prices, dayOf: createCalendar('Europe/Berlin'), retention: 36_500, retryDelay: 20, log, ...some })
  ends.push(
    () => server.stop(),
    () => database.close(),
    () => sink.close(),
  )
  return { server, database, store, log, sink }
}

/** A file system of half a megabyte; undefined where it may not be made. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  ends.push(async () => rmSync(folder, { recursive: true, force: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  ends.push(async () => void execFileSync('umount', ['-l', folder]))
  return folder
}

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(file)
  }
}

const written = (sink: LedgerSink, count: number) => expect.poll(() => sink.status()).toMatchObject({ written: count, pending: 0 })

test('each model that was asked has a row of its own, and what nobody knows no cost', async () => {
  const { sink, store } = await books()
  const failed = attempt({ model: 'p/other', usage: { ...usage, input: 1, output: 0, status: 'partial' }, error: { code: 'upstream_error', status: 502 } })
  sink.record(record({ attempts: [failed, attempt()] }))
  sink.record(record({ attempts: [attempt({ model: 'p/unknown' })] }))
  sink.record(record({ attempts: [attempt({ usage: { ...usage, input: 0, output: 0, status: 'none' } })], outcome: { type: 'cancelled' } }))
  await written(sink, 4)
  const rows = await store.page({ limit: 9 })
  expect(rows.map(({ model, cost, final, error }) => `${model} ${cost ?? '-'} ${final} ${error}`).toSorted()).toEqual([
    'p/m - true ',
    'p/m 30000000 true ',
    'p/other 1000000 false upstream_error',
    'p/unknown - true ',
  ])
  expect(rows[0]).toMatchObject({ day: '2026-11-29', key: 'ci', client: 'key:a', program: 'OpenAI', lane: 'verbatim' })
  expect(rows.find(({ cost }) => cost === 30_000_000n)!.price).toBe('{"rates":{"input":"1000000000000","output":"10000000000000"}}')
  expect(await store.sum(ALL)).toMatchObject([{ requests: 3, failed: 0, cost: 31_000_000n, unpriced: 2, partial: 1 }])
})

test('what asks no model is in the books only where it was refused', async () => {
  const { sink, store } = await books()
  const { format: _, ...listing } = record({ attempts: [], method: 'GET', path: '/v1/models' })
  sink.record(listing)
  sink.record({ ...listing, outcome: { type: 'error', code: 'invalid_api_key', status: 401 } })
  sink.record(record({ attempts: [], status: 429, outcome: { type: 'error', code: 'rate_limit_exceeded', status: 429 } }))
  await written(sink, 1)
  expect(await store.page({ limit: 9 })).toMatchObject([{ model: '', error: 'rate_limit_exceeded', calls: 0, cost: 0n }])
  expect(await store.sum(ALL)).toMatchObject([{ requests: 1, failed: 1, unpriced: 0 }])
})

test('old rows go while others are written, and their sums stay', async () => {
  const { sink, store } = await books(startSqlite, { retention: 1 })
  await store.append(Array.from({ length: 1600 }, (_, n) => ledgerRow({ id: `${idPrefix(n)}-${n}`, time: n, cost: 1n })))
  let count = 1600
  await expect
    .poll(() => {
      for (let n = 0; n < 3; n++) sink.record(record({ startedAt: Date.now() }))
      count += 3
      return store.page({ limit: 1000, to: 9999 })
    })
    .toEqual([])
  await written(sink, count - 1600)
  expect(await store.sum(ALL)).toMatchObject([{ requests: count }])
})

test('a locked database is waited for, told of once, and nothing is lost', async () => {
  const { sink, server, store, log } = await books(startSqlite, {}, 30)
  sink.record(record())
  await written(sink, 1)
  const other = sqlDatabase({ url: server.url })
  ends.push(() => other.close())
  let unlock = (): void => {}
  const holding = (await other.writer()).transaction().execute(() => new Promise<void>((resolve) => (unlock = resolve)))
  await expect.poll(() => unlock.name).toBe('')
  sink.record(record())
  await expect.poll(() => sink.status()).toMatchObject({ fault: 'database is locked', pending: 1 })
  sink.record(record())
  unlock()
  await holding
  await written(sink, 3)
  expect(sink.status()).toEqual({ written: 3, pending: 0, lost: 0 })
  expect(log.warn.mock.calls).toEqual([['The ledger cannot be written; answers go on: database is locked']])
  expect(log.info).toHaveBeenCalledExactlyOnceWith('The ledger is written again.')
  expect(await store.sum(ALL)).toMatchObject([{ requests: 3 }])
})

test('on a full disk what does not fit in memory either is lost, and counted', async () => {
  const { sink, database, log } = await books(startSqlite, { maxPending: 300 })
  sink.record(record())
  await written(sink, 1)
  const db = await database.writer()
  await sql`PRAGMA max_page_count = 1`.execute(db)
  for (let n = 0; n < 400; n++) sink.record(record())
  await expect.poll(() => sink.status().fault).toMatch(/full/)
  for (let n = 0; n < 10; n++) sink.record(record())
  const { written: before, pending, lost } = sink.status()
  expect([pending, before + pending + lost]).toEqual([300, 411])
  expect(lost).toBeGreaterThan(100)
  await sql`PRAGMA max_page_count = 100000`.execute(db)
  await written(sink, before + pending)
  expect(log.warn).toHaveBeenCalledOnce()
  expect(log.info).toHaveBeenCalledExactlyOnceWith(`The ledger is written again; ${lost} rows are lost.`)
})

test('rows that end close together are written together, the first at once', async () => {
  const appended: number[] = []
  const store = { append: async (rows: readonly unknown[]) => void appended.push(rows.length), prune: async () => 0 } as never
  const { sink } = await books(startSqlite, { store, spacing: 30 })
  sink.record(record())
  expect(appended).toEqual([1])
  for (let n = 0; n < 7; n++) sink.record(record())
  expect(appended).toEqual([1])
  await written(sink, 8)
  expect(appended).toEqual([1, 7])
  for (let n = 0; n < 1200; n++) sink.record(record())
  await written(sink, 1208)
  expect(appended.length).toBeLessThan(8)
})

test('on a disk that is really full answers are not held up, and all is written once there is room', async (context) => {
  const disk = mountSmallDisk()
  if (disk === undefined) return context.skip('only root can mount one')
  const { sink, store, log } = await books(async () => ({ url: join(disk, 'ledger.db'), stop: async () => {} }))
  sink.record(record())
  await written(sink, 1)
  fill(join(disk, 'ballast'))
  let count = 1
  await expect
    .poll(() => {
      for (let n = 0; n < 50; n++) sink.record(record())
      count += 50
      return sink.status().fault
    })
    .toMatch(/full|disk I\/O/)
  rmSync(join(disk, 'ballast'))
  await written(sink, count)
  expect(await store.sum(ALL)).toMatchObject([{ requests: count }])
  expect([log.warn, log.info].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
})

test('a file of noise is told of, with what to do; once it is moved away another is begun', async () => {
  const { sink, server, store, log } = await books()
  writeFileSync(server.url, 'no database '.repeat(10_000))
  sink.record(record())
  await expect.poll(() => sink.status().fault).toMatch(/once .*ledger\.db is moved away, another is begun/)
  sink.record(record())
  renameSync(server.url, `${server.url}.broken`)
  await written(sink, 2)
  expect(await store.sum(ALL)).toMatchObject([{ requests: 2 }])
  expect([log.warn, log.info].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
})

test('a file that is taken away is begun anew, instead of being written where nobody finds it', async () => {
  const { sink, server, store } = await books()
  sink.record(record())
  await written(sink, 1)
  renameSync(server.url, `${server.url}.old`)
  sink.record(record())
  await written(sink, 2)
  expect(await store.sum(ALL)).toMatchObject([{ requests: 1 }])
})

test('no word of a stranger keeps other rows out', async () => {
  const { sink, store } = await books(hasPostgres ? startPostgres : startSqlite)
  const odd = { ...usage, input: 1.5, output: Number.NaN, reasoning: -1, cachedInput: 1e300 }
  sink.record(record({ modelAsked: `a\0b\ud800${'c'.repeat(5000)}`, attempts: [attempt({ usage: odd })] }))
  sink.record(record())
  await written(sink, 2)
  const [one] = (await store.page({ limit: 9 })).filter(({ modelAsked }) => modelAsked !== 'm')
  expect(one).toMatchObject({ modelAsked: `ab\ufffd${'c'.repeat(1996)}`, input: 2, output: 0, reasoning: 0, cachedInput: 9_007_199_254_740_991 })
})

test('what is in memory at the end is lost where the file is no database, and counted', async () => {
  const { sink, server, log } = await books()
  writeFileSync(server.url, 'no database '.repeat(1000))
  sink.record(record())
  await expect.poll(() => sink.status().fault).toMatch(/not a database/)
  await sink.close()
  sink.record(record())
  expect(sink.status()).toMatchObject({ written: 0, pending: 0, lost: 2 })
  expect(log.warn).toHaveBeenCalledOnce()
})

test.skipIf(!hasPostgres)(
  'a PostgreSQL that is gone for a while loses nothing',
  async () => {
    let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined
    const { sink, store, log } = await books(async () => (postgres = await startPostgres()))
    sink.record(record())
    await written(sink, 1)
    await postgres!.halt()
    sink.record(record())
    await expect.poll(() => sink.status()).toMatchObject({ written: 1, pending: 1, fault: expect.any(String) })
    for (let more = 0; more < GONE * 10; more++) {
      sink.record(record())
      await sleep(100)
    }
    await postgres!.resume()
    const all = 2 + GONE * 10
    await expect.poll(() => sink.status(), { timeout: 120_000 }).toMatchObject({ written: all, pending: 0, lost: 0 })
    expect(await store.sum(ALL)).toMatchObject([{ requests: all, input: 10 * all }])
    expect([log.warn, log.info].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  },
  300_000,
)

test.each([
  ['OpenAI/JS 6.49.0', 'OpenAI'],
  ['claude-cli/2.0.1 (external, cli)', 'claude-cli'],
  ['Anthropic/Python 0.5', 'Anthropic'],
  ['curl/8.1', 'curl'],
  ['', ''],
])('%s is the program %s', (agent, program) => {
  expect(programOf(agent)).toBe(program)
})

test('a long name of a program is cut, and still its own', () => {
  const [one, other] = ['a', 'b'].map((end) => programOf(`${'x'.repeat(99)}${end}/1`))
  expect(one).toHaveLength(40)
  expect(one).not.toBe(other)
})
