import { type ColumnBuilderCallback, type CreateTableBuilder, type Kysely, type Migration, sql } from 'kysely'

type Schema = Kysely<unknown>

const given: ColumnBuilderCallback = (column) => column.notNull()

/** By name, in whose order they run; one that was released is never changed. */
export const migrations: Record<string, Migration> = {
  '001-ledger': { up: createLedger },
  '002-keys': { up: createKeys },
  '003-limits': { up: createLimits },
  '004-ledger-pages': { up: indexLedger },
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

async function createKeys(db: Schema): Promise<void> {
  let keys: CreateTableBuilder<string, string> = db.schema
    .createTable('keys')
    .ifNotExists()
    .addColumn('digest', 'text', (column) => column.primaryKey())
  for (const name of ['name', 'last_four']) keys = keys.addColumn(name, 'text', given)
  await keys.addColumn('created_at', 'bigint', given).addColumn('expires_at', 'bigint').addColumn('revoked_at', 'bigint').execute()
  // Of one name, one key is in use.
  await db.schema.createIndex('keys_in_use').ifNotExists().on('keys').column('name').unique().where(sql.ref('revoked_at'), 'is', null).execute()
}

async function createLimits(db: Schema): Promise<void> {
  // Of two that do this at once, a column would be one too many.
  await db.schema
    .createTable('key_limits')
    .ifNotExists()
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('limits', 'text', given)
    .execute()
  await db.schema
    .createTable('limit_counters')
    .ifNotExists()
    .addColumn('counter', 'text', (column) => column.primaryKey())
    .addColumn('used', 'bigint', given)
    .addColumn('cap', 'bigint', given)
    .addColumn('expires', 'bigint', given)
    .execute()
  await db.schema
    .createTable('limit_reservations')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('until_time', 'bigint', given)
    .addColumn('claims', 'text', given)
    .execute()
}

/**
 * So that a page of what is rare, or long ago, is no search through all rows. What most rows share (`finished`, no error) is
 * in none, so it costs nothing; a query names such an index by the same condition (`UNINDEXED` of `ledger-store.ts`).
 */
async function indexLedger(db: Schema): Promise<void> {
  for (const name of ['key', 'model', 'provider', 'request_id']) {
    await db.schema.createIndex(`ledger_by_${name}`).ifNotExists().on('ledger').columns([name, 'id']).execute()
  }
  for (const [name, common] of [
    ['error', sql`''`],
    ['outcome', sql`'finished'`],
  ] as const) {
    await db.schema.createIndex(`ledger_by_${name}`).ifNotExists().on('ledger').columns([name, 'id']).where(sql.ref(name), '<>', common).execute()
  }
}
