import { CompiledQuery, type ExpressionBuilder, type Kysely, sql } from 'kysely'
import { type Dimension, idPrefix, type LedgerRow, type LedgerStore, type PageQuery, ROW_FILTERS, type RowFilter, type UsageSum } from '../ledger-store.ts'
import type { SqlDatabase } from './database.ts'
import { insertFromJson } from './insert-from-json.ts'
import { fromRow, LEDGER_COLUMNS, storable, toRow } from './ledger-row.ts'
import type { Tables, UsageTable } from './tables.ts'

/** Sums of one statement: PostgreSQL takes 65,535 values, SQLite 32,766. */
const CHUNK = 200

const SUMS = ['requests', 'failed', 'input', 'cached_input', 'cache_writes', 'output', 'reasoning', 'cost', 'unpriced', 'partial'] as const
const KEYS = ['day', 'key', 'program', 'provider', 'model', 'billing'] as const satisfies readonly Dimension[]

/** Where what rows can be held to stands. */
const COLUMNS = Object.fromEntries(ROW_FILTERS.map((name) => [name, name === 'requestId' ? 'request_id' : name])) as Record<
  RowFilter,
  Exclude<RowFilter, 'requestId'> | 'request_id'
>

/** The values that an index leaves out; a database takes it only where the query says that it does not mean them. */
const UNINDEXED: Partial<Record<RowFilter, string>> = { error: '', outcome: 'finished' }

export function sqlLedgerStore(database: SqlDatabase): LedgerStore {
  const insert = `${insertFromJson(database.path === undefined ? 'postgres' : 'sqlite', 'ledger', LEDGER_COLUMNS)} on conflict (id) do nothing returning id`
  return {
    append: async (given) => {
      try {
        await write(await database.writer(), insert, given.map(storable))
      } catch (error) {
        throw await database.failed(error)
      }
    },

    sum: async ({ from, to, by, where = {} }) => {
      const db = await database.reader()
      let query = db.selectFrom('usage_by_day').where('day', '>=', from).where('day', '<=', to)
      for (const [name, value] of Object.entries(where)) query = query.where(name as Dimension, '=', value)
      if (by.length > 0) query = query.groupBy([...by])
      const rows = await query
        .select([...by])
        .select((build) => SUMS.map((name) => build.fn.sum<string>(name).as(name)))
        .execute()
      return rows.map((row) => toSum(row as unknown as Record<string, unknown>, by))
    },

    page: async (query) => {
      const db = await database.reader()
      return (await newest(db, query).selectAll().execute()).map(fromRow)
    },

    firstTokens: async (query) => {
      const db = await database.reader()
      const rows = await newest(db, query).select(['model', 'first_token']).where('first_token', 'is not', null).execute()
      return rows.map(({ model, first_token }) => ({ model, firstToken: Number(first_token) / 1000 }))
    },

    prune: async (before, limit) => {
      const db = await database.writer()
      const { numDeletedRows } = await db.transaction().execute((transaction) =>
        transaction
          .deleteFrom('ledger')
          .where('id', 'in', (build) => build.selectFrom('ledger').select('id').where('id', '<', idPrefix(before)).orderBy('id').limit(limit))
          .executeTakeFirst(),
      )
      return Number(numDeletedRows)
    },
  }
}

/** The rows that are meant, the newest first. */
function newest(db: Kysely<Tables>, { limit, before, where = {}, from, to }: PageQuery) {
  let query = db.selectFrom('ledger').orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  for (const [name, value] of Object.entries(where) as [RowFilter, string][]) {
    query = query.where(COLUMNS[name], '=', value)
    const unindexed = UNINDEXED[name]
    if (unindexed !== undefined && value !== unindexed) query = query.where(COLUMNS[name], '<>', sql.lit(unindexed))
  }
  // Ids begin with their time, so the key serves both.
  if (from !== undefined) query = query.where('id', '>=', idPrefix(from))
  if (to !== undefined) query = query.where('id', '<', idPrefix(to))
  return query
}

async function write(db: Kysely<Tables>, insert: string, rows: readonly LedgerRow[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const inserted = await transaction.executeQuery<{ id: string }>(CompiledQuery.raw(insert, [JSON.stringify(rows.map(toRow))]))
    const added = new Set(inserted.rows.map(({ id }) => id))
    const sums = sumsOf(rows.filter(({ id }) => added.has(id)))
    for (let at = 0; at < sums.length; at += CHUNK) {
      await transaction
        .insertInto('usage_by_day')
        .values(sums.slice(at, at + CHUNK))
        .onConflict((conflict) => conflict.columns([...KEYS]).doUpdateSet(addSums))
        .execute()
    }
  })
}

/** One sum for each combination, so that one statement changes none twice. */
function sumsOf(rows: readonly LedgerRow[]): UsageTable[] {
  const sums = new Map<string, UsageTable & Record<(typeof SUMS)[number], bigint>>()
  for (const row of rows) {
    const keys = Object.fromEntries(KEYS.map((name) => [name, row[name]])) as Record<(typeof KEYS)[number], string>
    const id = JSON.stringify(Object.values(keys))
    const sum = sums.get(id) ?? { ...keys, ...(Object.fromEntries(SUMS.map((name) => [name, 0n])) as Record<(typeof SUMS)[number], bigint>) }
    sums.set(id, sum)
    const called = row.calls > 0
    const more: Record<(typeof SUMS)[number], number | bigint | boolean> = {
      requests: row.final,
      failed: row.final && (row.outcome === 'error' || row.outcome === 'timeout'),
      input: row.input,
      cached_input: row.cachedInput,
      cache_writes: row.cacheWrites,
      output: row.output,
      reasoning: row.reasoning,
      cost: row.cost ?? 0n,
      unpriced: called && row.cost === undefined,
      partial: called && row.cost !== undefined && row.usageStatus !== 'reported',
    }
    for (const name of SUMS) sum[name] += BigInt(more[name])
  }
  return [...sums.values()]
}

function addSums(build: ExpressionBuilder<Tables, 'usage_by_day'>): Record<string, unknown> {
  const value = (name: (typeof SUMS)[number]) => build(`usage_by_day.${name}`, '+', build.ref(`excluded.${name}` as `usage_by_day.${typeof name}`))
  return Object.fromEntries(SUMS.map((name) => [name, value(name)]))
}

function toSum(row: Record<string, unknown>, by: readonly Dimension[]): UsageSum {
  // Without rows there is no sum.
  const number = (name: string) => Number(row[name] ?? 0)
  return {
    group: Object.fromEntries(by.map((name) => [name, row[name] as string])),
    requests: number('requests'),
    failed: number('failed'),
    input: number('input'),
    cachedInput: number('cached_input'),
    cacheWrites: number('cache_writes'),
    output: number('output'),
    reasoning: number('reasoning'),
    cost: BigInt((row.cost as string | bigint | null) ?? 0n),
    unpriced: number('unpriced'),
    partial: number('partial'),
  }
}
