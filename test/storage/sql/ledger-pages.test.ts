import { CompiledQuery, Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RowFilter } from '../../../src/storage/ledger-store.ts'
import { type SqlDatabase, sqlDatabase } from '../../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../../src/storage/sql/ledger-store.ts'
import { libsqlDialect } from '../../../src/storage/sql/libsql-dialect.ts'
import type { Tables } from '../../../src/storage/sql/tables.ts'
import { startSqlite, type TestDatabase } from './databases.ts'
import { ledgerRow } from './ledger-row.ts'

let server: TestDatabase
let database: SqlDatabase
let reader: Kysely<Tables>
const asked: CompiledQuery[] = []

beforeAll(async () => {
  server = await startSqlite()
  database = sqlDatabase({ url: server.url })
  reader = new Kysely<Tables>({ dialect: libsqlDialect({ path: server.url, busyTimeout: 5000 }), log: ({ query }) => void asked.push(query) })
  await sqlLedgerStore(database).append([ledgerRow()])
})
afterAll(async () => {
  await reader.destroy()
  await database.close()
  await server.stop()
})

/** How SQLite finds a page after an id. */
async function planOf(where: Partial<Record<RowFilter, string>>): Promise<string[]> {
  asked.length = 0
  await sqlLedgerStore({ ...database, reader: async () => reader }).page({ limit: 9, before: 'x', where })
  const { sql, parameters } = asked[0]!
  const { rows } = await reader.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]))
  return rows.map(({ detail }) => detail)
}

test.each<[RowFilter, string]>([
  ['key', 'ci'],
  ['model', 'p/m'],
  ['provider', 'p'],
  ['requestId', 'req_1'],
  ['error', 'timeout'],
  ['outcome', 'cancelled'],
])('a page of one %s is read from its index, in its order', async (name, value) => {
  const column = name === 'requestId' ? 'request_id' : name
  expect(await planOf({ [name]: value })).toEqual([`SEARCH ledger USING INDEX ledger_by_${column} (${column}=? AND id<?)`])
})

test.each<Partial<Record<RowFilter, string>>>([{}, { outcome: 'finished' }, { lane: 'session' }])(
  'a page of %o, as most rows are, is read backwards',
  async (where) => {
    expect(await planOf(where)).toEqual([expect.stringMatching(/^SEARCH ledger USING INDEX sqlite_autoindex_ledger_1 \(id<\?\)$/)])
  },
)
