import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { createCalendar } from '../core/calendar.ts'
import type { Books } from '../records/ledger/books.ts'
import { LedgerSink } from '../records/ledger/ledger-sink.ts'
import type { PriceBook } from '../records/pricing/price-book.ts'
import type { RecordSink } from '../records/record.ts'
import { type SqlDatabase, sqlDatabase } from '../storage/sql/database.ts'
import { sqlLedgerStore } from '../storage/sql/ledger-store.ts'
import { dataHome } from '../system/user-folders.ts'

export interface OpenBooks {
  sink: RecordSink
  books: Books
  /** Writes what waits, and closes the database. */
  close(): Promise<void>
}

export interface BooksOptions {
  config: Pick<Config, 'ledger' | 'database' | 'ledgerDays' | 'timeZone'>
  prices: PriceBook
  env: NodeJS.ProcessEnv
  log: { warn(message: string): void; info(message: string): void }
}

/** Opens the books; undefined where there are to be none. The database is opened when the first row is written. */
export function openBooks({ config, prices, env, log }: BooksOptions): OpenBooks | undefined {
  if (!config.ledger) return undefined
  const database = openDatabase(config, env)
  const store = sqlLedgerStore(database)
  const dayOf = createCalendar(config.timeZone)
  const sink = new LedgerSink({ store, prices, dayOf, retention: config.ledgerDays, log })
  return {
    sink,
    books: { store, status: () => sink.status(), dayOf },
    close: async () => {
      await sink.close()
      await database.close()
    },
  }
}

export interface BooksFound {
  /** For people; no password of a database's is in it. */
  where: string
  /** Undefined where there is no file yet. */
  requests?: number
  /** Of a SQLite file. */
  bytes?: number
}

/** Looks into the books, and makes none. @throws what the driver throws */
export async function examineBooks(config: Pick<Config, 'database'>, env: NodeJS.ProcessEnv): Promise<BooksFound> {
  const database = openDatabase(config, env)
  const { path } = database
  const bytes = path === undefined ? undefined : (await stat(path).catch(() => undefined))?.size
  if (path !== undefined && bytes === undefined) return { where: path }
  try {
    const [total] = await sqlLedgerStore(database).sum({ from: '0000-00-00', to: '9999-99-99', by: [] })
    return { where: path ?? 'PostgreSQL', requests: total!.requests, ...(bytes !== undefined && { bytes }) }
  } finally {
    await database.close()
  }
}

/** The database of the configuration, or the user's own file; it is opened when it is needed first. */
export function openDatabase({ database }: Pick<Config, 'database'>, env: NodeJS.ProcessEnv): SqlDatabase {
  return sqlDatabase({ url: database ?? join(dataHome(env), 'opencode-bridge', 'ledger.db') })
}
