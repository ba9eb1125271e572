import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { LedgerRow } from '../../../src/storage/ledger-store.ts'
import { insertFromJson } from '../../../src/storage/sql/insert-from-json.ts'
import { LEDGER_COLUMNS, toRow } from '../../../src/storage/sql/ledger-row.ts'
import type { Tables } from '../../../src/storage/sql/tables.ts'

/** Rows of one statement. */
const CHUNK = 5_000

export interface FillOptions {
  count: number
  row(number: number): LedgerRow
  database: 'sqlite' | 'postgres'
  /** Sees each row. */
  each(row: LedgerRow): void
}

/**
 * Writes many rows, and their sums at the end, in a few statements that the database works on by itself: a test has no time
 * to do it as the daemon does, a few at a time.
 */
export async function fillLedger(db: Kysely<Tables>, { count, row, database, each }: FillOptions): Promise<void> {
  for (let at = 0; at < count; at += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, count - at) }, (_, index) => row(at + index))
    rows.forEach(each)
    await db.executeQuery(CompiledQuery.raw(insertFromJson(database, 'ledger', LEDGER_COLUMNS), [JSON.stringify(rows.map(toRow))]))
  }
  await sql`
    insert into usage_by_day (day, key, program, provider, model, billing, requests, failed, input, cached_input, cache_writes, output, reasoning, cost, unpriced, partial)
    select day, key, program, provider, model, billing, sum(final), sum(case when outcome in ('error', 'timeout') then final else 0 end),
      sum(input), sum(cached_input), sum(cache_writes), sum(output), sum(reasoning), sum(coalesce(cost, 0)),
      sum(case when cost is null then 1 else 0 end), sum(case when cost is not null and usage_status <> 'reported' then 1 else 0 end)
    from ledger group by day, key, program, provider, model, billing`.execute(db)
}
