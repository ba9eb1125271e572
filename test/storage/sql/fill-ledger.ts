import { type Kysely, sql } from 'kysely'
import type { LedgerRow } from '../../../src/storage/ledger-store.ts'
import { toRow } from '../../../src/storage/sql/ledger-row.ts'
import type { Tables } from '../../../src/storage/sql/tables.ts'

/** Rows of one statement. */
const CHUNK = 5_000

export interface FillOptions {
  count: number
  row(number: number): LedgerRow
  sqlite: boolean
  /** Sees each row. */
  each(row: LedgerRow): void
}

/**
 * Writes many rows, and their sums at the end, in a few statements that the database works on by itself: a test has no time
 * to do it as the daemon does, a few at a time.
 */
export async function fillLedger(db: Kysely<Tables>, { count, row, sqlite, each }: FillOptions): Promise<void> {
  for (let at = 0; at < count; at += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, count - at) }, (_, index) => row(at + index))
    rows.forEach(each)
    // No cost of a single row is beyond 2⁵³.
    const text = JSON.stringify(rows.map(toRow), (_name, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
    if (sqlite) await insertSqlite(db, text, Object.keys(toRow(rows[0]!)))
    else await sql`insert into ledger select * from json_populate_recordset(null::ledger, ${text}::json)`.execute(db)
  }
  await sql`
    insert into usage_by_day (day, key, program, provider, model, billing, requests, failed, input, cached_input, cache_writes, output, reasoning, cost, unpriced, partial)
    select day, key, program, provider, model, billing, sum(final), sum(case when outcome in ('error', 'timeout') then final else 0 end),
      sum(input), sum(cached_input), sum(cache_writes), sum(output), sum(reasoning), sum(coalesce(cost, 0)),
      sum(case when cost is null then 1 else 0 end), sum(case when cost is not null and usage_status <> 'reported' then 1 else 0 end)
    from ledger group by day, key, program, provider, model, billing`.execute(db)
}

async function insertSqlite(db: Kysely<Tables>, text: string, columns: string[]): Promise<void> {
  const names = sql.join(columns.map((name) => sql.ref(name)))
  const values = sql.join(columns.map((name) => sql`value ->> ${sql.lit(name)}`))
  await sql`insert into ledger (${names}) select ${values} from json_each(${text})`.execute(db)
}
