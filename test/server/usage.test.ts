import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf, ManagedKeys } from '../../src/access/managed-keys.ts'
import { createCalendar } from '../../src/core/calendar.ts'
import type { Books } from '../../src/records/ledger/books.ts'
import { sqlDatabase, type SqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../src/storage/sql/ledger-store.ts'
import { startSqlite, type TestDatabase } from '../storage/sql/databases.ts'
import { ledgerRow } from '../storage/sql/ledger-row.ts'
import { errorOf, testApp, type TestApp } from './test-app.ts'

let server: TestDatabase
let database: SqlDatabase
let app: TestApp
let books: Books
const dayOf = createCalendar('UTC')
const now = Date.now()
const today = dayOf(now)

beforeAll(async () => {
  server = await startSqlite()
  database = sqlDatabase({ url: server.url })
  const store = sqlLedgerStore(database)
  books = { store, dayOf, status: () => ({ written: 3, pending: 0, lost: 0 }) }
  app = testApp({}, undefined, books)
  const unknown = ledgerRow({ id: '3', day: today, time: now, model: 'p/free', key: '=HYPERLINK("x")' })
  delete unknown.cost
  await store.append([
    ledgerRow({ id: '1', day: '2020-01-01', time: Date.UTC(2020, 0, 1), cost: 10n ** 12n }),
    ledgerRow({ id: '2', day: today, time: now, cost: 1_500_000_000_001n, outcome: 'error', error: 'upstream_error' }),
    unknown,
  ])
})

afterAll(async () => {
  await database.close()
  await server.stop()
})

const usage = async (query: string): Promise<any> => (await app.get(`/v1/usage?${query}`)).json()

describe('GET /v1/usage', () => {
  test('sums a period, and says what is not in the sum', async () => {
    expect(await usage('period=today&by=model')).toEqual({
      object: 'usage',
      from: today,
      to: today,
      by: ['model'],
      total: expect.objectContaining({ requests: 2, failed: 1, cost: '1.500000000001', cost_complete: false, unpriced: 1 }),
      data: [
        expect.objectContaining({ model: 'p/m', cost: '1.500000000001', cost_complete: true, input_tokens: 100 }),
        expect.objectContaining({ model: 'p/free', cost: null, cost_complete: false, unpriced: 1 }),
      ],
    })
  })

  test.each([
    ['period=all', 3],
    ['since=2020-01-01&until=2020-12-31', 1],
    ['since=2020-01-02', 2],
    ['period=all&model=p/m', 2],
    ['', 2],
  ])('%s has %i requests', async (query, requests) => {
    expect((await usage(query)).total.requests).toBe(requests)
  })

  test('days are in their order', async () => {
    const { data } = await usage('period=all&by=day,model')
    expect(data.map(({ day, model }: any) => `${day} ${model}`)).toEqual(['2020-01-01 p/m', `${today} p/m`, `${today} p/free`])
  })

  test.each([
    ['/v1/usage?by=colour', 'by'],
    ['/v1/usage?period=yesterday', 'period'],
    ['/v1/usage?since=now', 'since'],
    ['/v1/usage/requests?limit=0', 'limit'],
    ['/v1/usage/export?format=xml', 'format'],
    ['/v1/usage/export?from=then', 'from'],
  ])('%s is refused', async (path, param) => {
    const response = await app.get(path)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).param).toBe(param)
  })

  test('is for those who have a key, and where there are books', async () => {
    expect((await testApp({ apiKeys: ['a-secret-key'] }).get('/v1/usage')).status).toBe(401)
    expect((await testApp().get('/v1/usage')).status).toBe(404)
  })
})

test('who has a key of their own sees what was asked with it', async () => {
  const keys = new ManagedKeys({ load: async () => [{ name: 'ci', digest: digestOf('ocb_1') }], log: { warn() {}, info() {} } })
  const { get } = testApp({ managedKeys: true, apiKeys: ['of-the-operator'] }, undefined, books, keys)
  const seen = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` }
    const [sum, page, rows] = await Promise.all(
      ['?period=all&key==HYPERLINK("x")', '/requests', '/export?format=json'].map((path) => get(`/v1/usage${path}`, headers)),
    )
    return [((await sum!.json()) as any).total.requests, ((await page!.json()) as any).data.length, (await rows!.text()).trimEnd().split('\n').length]
  }
  expect(await seen('ocb_1')).toEqual([2, 2, 2])
  expect(await seen('of-the-operator')).toEqual([1, 3, 3])
  expect((await get('/v1/usage')).status).toBe(401)
})

test('GET /v1/usage/requests gives pages', async () => {
  const page = async (query: string): Promise<any> => (await app.get(`/v1/usage/requests?${query}`)).json()
  const first = await page('limit=2')
  expect(first).toMatchObject({
    data: [
      { id: '3', cost: null },
      { id: '2', cost: '1.500000000001', error: 'upstream_error' },
    ],
    has_more: true,
    last_id: '2',
  })
  expect(await page('limit=2&before=2')).toMatchObject({ data: [{ id: '1' }], has_more: false })
})

test('GET /v1/usage/requests can be held to what rows have', async () => {
  const ids = async (query: string) => ((await (await app.get(`/v1/usage/requests?${query}`)).json()) as any).data.map(({ id }: any) => id)
  expect(await ids('outcome=error')).toEqual(['2'])
  expect(await ids('model=p/free')).toEqual(['3'])
  expect(await ids('model=p/m&outcome=finished')).toEqual(['1'])
  expect(await ids('error=upstream_error&model=p/free')).toEqual([])
})

test('GET /v1/usage/latency has quantiles of the first token', async () => {
  const { total, data } = (await (await app.get('/v1/usage/latency')).json()) as any
  expect(total.requests).toBe(3)
  expect(total.p50_ms).toBeGreaterThan(0)
  expect(data.map(({ model }: any) => model)).toEqual(['p/m', 'p/free'])
  expect(((await (await app.get('/v1/usage/latency?from=2019-01-01&to=2019-01-02')).json()) as any).total).toEqual({ requests: 0, p50_ms: null, p95_ms: null })
})

test('GET /v1/usage/export is CSV that no spreadsheet runs, or lines of JSON', async () => {
  const csv = await (await app.get('/v1/usage/export')).text()
  const [head, ...rows] = csv.trimEnd().split('\r\n')
  expect(head).toMatch(/^id,time,request_id,/)
  expect(rows).toHaveLength(3)
  expect(rows[0]).toContain(`"'=HYPERLINK(""x"")"`)
  const lines = (await (await app.get('/v1/usage/export?format=json')).text()).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).id)).toEqual(['3', '2', '1'])
})

test('GET /status tells of the books', async () => {
  expect(await (await app.get('/status')).json()).toMatchObject({ ledger: { written: 3, pending: 0, lost: 0 } })
})
