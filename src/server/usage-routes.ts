import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { Books } from '../records/ledger/books.ts'
import { type LatencyReport, toLatencyReport } from '../records/ledger/latency-report.ts'
import { toEntry, toReport, type UsageReport } from '../records/ledger/usage-report.ts'
import type { LedgerRow, PageQuery } from '../storage/ledger-store.ts'
import { clientOf } from './admit.ts'
import { toCsvLine } from './csv-line.ts'
import type { Route } from './route.ts'
import { invalid, readFilters, readNumber, readSumQuery, readTimes } from './usage-query.ts'

/** What the daemon's requests used and cost. */
export function usageRoutes(books: Books | undefined): readonly Route[] {
  const common = { method: 'GET', tag: 'Bridge', auth: true } as const
  return [
    { ...common, path: '/v1/usage', summary: 'Sums what was used and what it cost', handler: (event) => usage(event, kept(books)) },
    { ...common, path: '/v1/usage/requests', summary: 'Lists requests of the ledger, the newest first', handler: (event) => requests(event, kept(books)) },
    { ...common, path: '/v1/usage/latency', summary: 'Tells how long the first token took', handler: (event) => latency(event, kept(books)) },
    {
      ...common,
      path: '/v1/usage/export',
      summary: 'Gives the ledger as CSV or as lines of JSON',
      answers: ['text/csv', 'application/x-ndjson'],
      handler: (event) => exportRows(event, kept(books)),
    },
  ]
}

/** Rows of one page, and of one step of an export. */
const MOST = 1000

/** Rows that quantiles are made of. */
const MOST_TIMES = 5000

async function usage(event: H3Event, { store, dayOf }: Books): Promise<UsageReport> {
  const asked = readSumQuery(event.url.searchParams, dayOf)
  const query = { ...asked, where: { ...asked.where, ...onlyOwn(event) } }
  const [total, sums] = await Promise.all([store.sum({ ...query, by: [] }), query.by.length > 0 ? store.sum(query) : []])
  return toReport(query, total[0]!, sums)
}

async function requests(event: H3Event, { store }: Books): Promise<unknown> {
  const { searchParams } = event.url
  const limit = readNumber(searchParams, 'limit', { least: 1, most: MOST }) ?? 100
  const before = searchParams.get('before') ?? undefined
  const rows = await store.page({ ...readRows(event), limit, ...(before !== undefined && { before }) })
  return { object: 'list', data: rows.map(toEntry), has_more: rows.length === limit, last_id: rows.at(-1)?.id ?? null }
}

/** Of the newest requests that were answered: more would tell of another time. */
async function latency(event: H3Event, { store }: Books): Promise<LatencyReport> {
  return toLatencyReport(await store.firstTokens({ ...readRows(event), limit: MOST_TIMES }))
}

function exportRows(event: H3Event, { store }: Books): Response {
  const { searchParams } = event.url
  const format = searchParams.get('format') ?? 'csv'
  if (format !== 'csv' && format !== 'json') throw invalid('format', 'csv or json')
  const lines = format === 'csv' ? csvLines : jsonLines
  const chunks = lines(pages(store, readRows(event)))
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: () => void chunks.return(undefined),
  })
  return new Response(body, { headers: { 'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson' } })
}

/** All of it by pages, so that no memory holds it. */
async function* pages(store: Books['store'], which: Omit<PageQuery, 'limit' | 'before'>): AsyncGenerator<LedgerRow[]> {
  let before: string | undefined
  for (;;) {
    const rows = await store.page({ ...which, limit: MOST, ...(before !== undefined && { before }) })
    yield rows
    if (rows.length < MOST) return
    before = rows.at(-1)!.id
  }
}

async function* jsonLines(read: AsyncIterable<LedgerRow[]>): AsyncGenerator<string> {
  for await (const rows of read) yield rows.map((row) => `${JSON.stringify(toEntry(row))}\n`).join('')
}

async function* csvLines(read: AsyncIterable<LedgerRow[]>): AsyncGenerator<string> {
  yield toCsvLine(COLUMNS)
  for await (const rows of read) yield rows.map((row) => toCsvLine(Object.values(toEntry(row)))).join('')
}

const COLUMNS = Object.keys(toEntry({ time: 0 } as LedgerRow))

/** The rows that a query means, as far as the client may see them. */
function readRows(event: H3Event): Pick<PageQuery, 'from' | 'to' | 'where'> {
  const { searchParams } = event.url
  return { ...readTimes(searchParams), where: { ...readFilters(searchParams), ...onlyOwn(event) } }
}

/** Who has a key of `key create` sees what was asked with it; who has one of the configuration runs the daemon, and sees all. */
function onlyOwn(event: H3Event): { key?: string } {
  const { name } = clientOf(event)
  return name === undefined ? {} : { key: name }
}

/** @throws BridgeError 404 where none are kept */
function kept(books: Books | undefined): Books {
  if (books) return books
  throw new BridgeError('This daemon keeps no books (ledger).', { code: 'unsupported_value', status: 404 })
}
