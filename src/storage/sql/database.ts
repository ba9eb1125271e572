import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Dialect, Kysely, Migrator, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { libsqlDialect } from './libsql-dialect.ts'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

export interface DatabaseOptions {
  /** `postgres://…`, `file:…` or the path of a SQLite file. */
  url: string
  /** Milliseconds to wait for a database that is held by others, or does not answer. */
  timeout?: number
}

/** A database that is opened when it is needed first, and again after it could not be. */
export interface SqlDatabase {
  /** Of SQLite's file; undefined for PostgreSQL. */
  path: string | undefined
  /** For what is written, and what requests wait for. @throws what the driver throws */
  writer(): Promise<Kysely<Tables>>
  /** For reports: none of them keeps a writer waiting. @throws what the driver throws */
  reader(): Promise<Kysely<Tables>>
  /**
   * To be told of what writing failed with; gives the error for people. A file that is broken is opened anew next time,
   * for somebody may have moved it away by then.
   */
  failed(error: unknown): Promise<Error>
  close(): Promise<void>
}

const TIMEOUT = 5_000

/** How often the tables are tried to be made. */
const MIGRATIONS = 3

export function sqlDatabase({ url, timeout = TIMEOUT }: DatabaseOptions): SqlDatabase {
  const path = /^postgres(ql)?:\/\//.test(url) ? undefined : toPath(url)
  const dialect = (): Dialect => (path === undefined ? postgresDialect(url, timeout) : libsqlDialect({ path, busyTimeout: timeout }))
  let opened: Promise<Opened> | undefined
  const connect = async (): Promise<Opened> => {
    if (path !== undefined) await createPrivately(path)
    const writer = new Kysely<Tables>({ dialect: dialect() })
    try {
      await migrate(writer)
    } catch (error) {
      await writer.destroy().catch(() => {})
      throw error
    }
    // A pool has connections for both.
    return { writer, reader: path === undefined ? writer : new Kysely<Tables>({ dialect: dialect() }), file: await fileAt(path) }
  }
  const ready = () =>
    (opened ??= connect().catch((error: unknown) => {
      opened = undefined
      throw error
    }))
  const close = async () => {
    const both = await opened?.catch(() => undefined)
    opened = undefined
    await both?.writer.destroy()
    if (both && both.reader !== both.writer) await both.reader.destroy()
  }
  return {
    path,
    writer: async () => {
      // SQLite goes on with a file that was moved away, and what it writes there nobody finds.
      if ((await ready()).file !== (await fileAt(path))) await close()
      return (await ready()).writer
    },
    reader: async () => (await ready()).reader,
    failed: async (error) => {
      const { code, message } = error as { code?: unknown; message: string }
      if (!BROKEN.test(String(code))) return error as Error
      await close().catch(() => {})
      return HOPELESS.test(String(code)) ? new Error(`${message}; once ${path} is moved away, another is begun`, { cause: error }) : (error as Error)
    },
    close,
  }
}

interface Opened {
  writer: Kysely<Tables>
  reader: Kysely<Tables>
  /** Of SQLite's file. */
  file: number | undefined
}

const BROKEN = /^SQLITE_(CORRUPT|NOTADB|IOERR|CANTOPEN|READONLY)/
const HOPELESS = /^SQLITE_(CORRUPT|NOTADB)/

/** Which file is there, by its number; undefined where none is. */
async function fileAt(path: string | undefined): Promise<number | undefined> {
  return path === undefined ? undefined : (await stat(path).catch(() => undefined))?.ino
}

function toPath(url: string): string {
  return url.startsWith('file:///') ? fileURLToPath(url) : url.replace(/^file:/, '')
}

/** Who uses which models when is nobody else's. */
async function createPrivately(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  await file.close()
}

function postgresDialect(url: string, timeout: number): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: timeout,
    query_timeout: timeout * 4,
    application_name: 'opencode-bridge',
  })
  // One that breaks while nobody uses it is missed by the next query, and so is one between two statements of a transaction,
  // to which the pool does not listen.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({ pool })
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  for (let attempt = 1; ; attempt++) {
    const { error } = await migrator.migrateToLatest()
    if (error === undefined) return
    // SQLite has no lock for it, so two that begin a database at once may be in each other's way.
    if (attempt === MIGRATIONS) throw error
    await sleep(50 * attempt)
  }
}
