import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkLedger, judgeLedger } from '../../../src/cli/doctor/ledger.ts'
import type { LoadedConfig } from '../../../src/config/load.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { sqlDatabase } from '../../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../../src/storage/sql/ledger-store.ts'
import { ledgerRow } from '../../storage/sql/ledger-row.ts'
import { makeFolder } from '../../support/place.ts'

const folder = makeFolder('doctor-')
afterAll(() => rmSync(folder, { recursive: true }))

/** Of a daemon that does not run. */
const check = (database: string, ledger = true) =>
  checkLedger({ config: configSchema.parse({ database, ledger, port: 1 }), sources: { port: '--port' } } as unknown as LoadedConfig)

test('books that are there are counted, and none are made where none are', async () => {
  const path = join(folder, 'books.db')
  expect(await check(path)).toEqual({ name: 'ledger', status: 'ok', detail: `none yet; ${path} is made with the first request` })
  const database = sqlDatabase({ url: path })
  await sqlLedgerStore(database).append([ledgerRow()])
  await database.close()
  expect(await check(path)).toMatchObject({ status: 'ok', detail: expect.stringMatching(/books\.db: 1 request, \d+ MB/) })
  expect(await check(path, false)).toMatchObject({ status: 'ok', detail: 'no books are kept (ledger)' })
})

test.each([
  ['a file of noise', () => join(folder, 'noise.db'), /not a database/],
  ['a PostgreSQL that is not there', () => 'postgres://me:a-password@127.0.0.1:1/books', /ECONNREFUSED/],
])('%s is a failure with what to do', async (_what, database, reason) => {
  writeFileSync(join(folder, 'noise.db'), 'noise '.repeat(5000))
  const found = await check(database())
  expect(found).toMatchObject({ status: 'fail', detail: expect.stringMatching(reason), fix: expect.stringContaining('database') })
  expect(JSON.stringify(found)).not.toContain('a-password')
})

test('a running daemon tells of what it cannot write, and of what it has lost', () => {
  expect(judgeLedger({ written: 5, pending: 2, lost: 0, fault: 'database is locked' })).toMatchObject({
    status: 'fail',
    detail: 'database is locked; the running daemon has written 5 rows, 2 waiting, 0 lost',
  })
  expect(judgeLedger({ written: 1, pending: 0, lost: 3 })).toMatchObject({ status: 'warn' })
  expect(judgeLedger({ written: 1, pending: 0, lost: 0 })).toMatchObject({ status: 'ok' })
})
