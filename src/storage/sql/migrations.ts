import { type ColumnBuilderCallback, type CreateTableBuilder, type Kysely, type Migration, sql } from 'kysely'

type Schema = Kysely<unknown>

const given: ColumnBuilderCallback = (column) => column.notNull()

/** By name, in whose order they run; one that was released is never changed. */
export const migrations: Record<string, Migration> = {
  '001-ledger': { up: createLedger },
}

async function createLedger(db: Schema): Promise<void> {
  const texts = ['request_id', 'day', 'client', 'key', 'program', 'format', 'route', 'model_asked', 'model', 'provider', 'engine', 'lane'] as const
  const otherTexts = ['usage_status', 'price_source', 'price', 'billing', 'outcome', 'error'] as const
  const numbers = ['time', 'final', 'calls', 'retries', 'input', 'cached_input', 'cache_writes', 'output', 'reasoning', 'status', 'duration'] as const
  let ledger = db.schema
    .createTable('ledger')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
  for (const name of [...texts, ...otherTexts]) ledger = ledger.addColumn(name, 'text', given)
  for (const name of numbers) ledger = ledger.addColumn(name, 'bigint', given)
  for (const name of ['cost', 'queued', 'first_token'] as const) ledger = ledger.addColumn(name, 'bigint')
  await ledger.execute()

  const dimensions = ['day', 'key', 'program', 'provider', 'model', 'billing'] as const
  const sums = ['requests', 'failed', 'input', 'cached_input', 'cache_writes', 'output', 'reasoning', 'cost', 'unpriced', 'partial'] as const
  let usage: CreateTableBuilder<string, string> = db.schema.createTable('usage_by_day').ifNotExists()
  for (const name of dimensions) usage = usage.addColumn(name, 'text', given)
  for (const name of sums) usage = usage.addColumn(name, 'bigint', (column) => column.notNull().defaultTo(sql`0`))
  await usage.addPrimaryKeyConstraint('usage_by_day_key', [...dimensions]).execute()
}
