import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
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
  /** For what is written, and what requests wait for. @throws what the driver throws */
  writer(): Promise<Kysely<Tables>>
  /** For reports: none of them keeps a writer waiting. @throws what the driver throws */
  reader(): Promise<Kysely<Tables>>
  close(): Promise<void>
}

const TIMEOUT = 5_000

export function sqlDatabase({ url, timeout = TIMEOUT }: DatabaseOptions): SqlDatabase {
  const isPostgres = /^postgres(ql)?:\/\//.test(url)
  const dialect = (): Dialect => (isPostgres ? postgresDialect(url, timeout) : libsqlDialect({ path: toPath(url), busyTimeout: timeout }))
  let opened: Promise<{ writer: Kysely<Tables>; reader: Kysely<Tables> }> | undefined
  const connect = async () => {
    if (!isPostgres) await createPrivately(toPath(url))
    const writer = new Kysely<Tables>({ dialect: dialect() })
    try {
      await migrate(writer)
    } catch (error) {
      await writer.destroy().catch(() => {})
      throw error
    }
    // A pool has connections for both.
    return { writer, reader: isPostgres ? writer : new Kysely<Tables>({ dialect: dialect() }) }
  }
  const ready = () =>
    (opened ??= connect().catch((error: unknown) => {
      opened = undefined
      throw error
    }))
  return {
    writer: async () => (await ready()).writer,
    reader: async () => (await ready()).reader,
    close: async () => {
      const both = await opened?.catch(() => undefined)
      opened = undefined
      await both?.writer.destroy()
      if (both && both.reader !== both.writer) await both.reader.destroy()
    },
  }
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
  // One that breaks while nobody uses it is missed by the next query.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
