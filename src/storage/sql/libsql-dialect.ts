import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { LRUCache } from 'lru-cache'
// It runs every statement in a thread of its own, so that no answer waits for a disk.
import Database from 'libsql/promise'

export interface LibsqlOptions {
  path: string
  /** How long to wait for another process that writes, in milliseconds. */
  busyTimeout: number
}

/** SQLite for kysely, through libsql: one connection, and whole numbers as bigints. */
export function libsqlDialect(options: LibsqlOptions): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new LibsqlDriver(options),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Its changes of tables can be undone as well, so all migrations are one transaction, which one process at a time has. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class LibsqlDriver implements Driver {
  readonly #options: LibsqlOptions
  #connection: Connection | undefined
  /** Of those that want the connection, the last; each waits for the one before. */
  #last: Promise<void> = Promise.resolve()
  #release: () => void = () => {}

  constructor(options: LibsqlOptions) {
    this.#options = options
  }

  async init(): Promise<void> {
    const database = new Database(this.#options.path, {})
    this.#connection = new Connection(database, this.#options.busyTimeout)
    // What is committed outlives the process with it, and writers do not wait for the disk.
    await this.#connection.control('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last
    let release = (): void => {}
    this.#last = new Promise((resolve) => (release = resolve))
    await before
    this.#release = release
    return this.#connection!
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  beginTransaction = async () => this.#connection!.begin()
  commitTransaction = async () => this.#connection!.commit()
  rollbackTransaction = async () => this.#connection!.rollback()

  async destroy(): Promise<void> {
    this.#connection?.close()
  }
}

/** Milliseconds. */
const RETRY_DELAY = 5

/** Of those that differ: the ledger's have as many rows as came together. */
const STATEMENTS = 50

/** What the types of libsql leave open. */
interface Statement {
  readonly reader: boolean
  safeIntegers(on: boolean): this
  all(values: readonly unknown[]): Promise<unknown[]>
  run(values: readonly unknown[]): Promise<{ changes: number }>
}

class Connection implements DatabaseConnection {
  readonly #database: Database
  readonly #busyTimeout: number
  /** By their text. To prepare one costs as much as to run it. */
  readonly #statements = new LRUCache<string, Statement>({ max: STATEMENTS })
  #inTransaction = false

  constructor(database: Database, busyTimeout: number) {
    this.#database = database
    this.#busyTimeout = busyTimeout
  }

  /** A transaction that reads first and cannot write then would fail without waiting. */
  async begin(): Promise<void> {
    await this.control('BEGIN IMMEDIATE')
    this.#inTransaction = true
  }

  async commit(): Promise<void> {
    await this.control('COMMIT')
    this.#inTransaction = false
  }

  /** What failed badly, SQLite has undone itself. */
  async rollback(): Promise<void> {
    this.#inTransaction = false
    await this.control('ROLLBACK').catch((error: Error) => {
      if (!error.message.includes('no transaction is active')) throw error
    })
  }

  /**
   * Runs what begins and ends transactions; the only thing that has to wait for others, where all that writes is in one.
   * Nor by a prepared statement, which nobody could reset after it was refused.
   */
  control(sql: string): Promise<void> {
    return this.#patiently(() => this.#database.exec(sql))
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#inTransaction) return this.#execute(query)
    const { kind } = query.query
    // A reader waits for a file that is just being opened or closed, and no others.
    if (kind === 'SelectQueryNode' || kind === 'RawNode') return this.#patiently(() => this.#execute<Row>(query))
    await this.begin()
    try {
      const result = await this.#execute<Row>(query)
      await this.commit()
      return result
    } catch (error) {
      await this.rollback()
      throw error
    }
  }

  async #execute<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = this.#statements.get(sql) ?? ((await this.#database.prepare(sql)) as Statement).safeIntegers(true)
    // Kept only when it went well: nobody can reset one that failed midway. Whoever has the connection has it alone.
    this.#statements.delete(sql)
    const values = parameters.map(toValue)
    const result = statement.reader
      ? { rows: (await statement.all(values)) as Row[] }
      : { rows: [], numAffectedRows: BigInt((await statement.run(values)).changes) }
    this.#statements.set(sql, statement)
    return result
  }

  /**
   * Waits here for who holds the database: libsql has as many threads as the machine has cores, and while each of them
   * waits in SQLite for the one that writes, that one gets none.
   */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#busyTimeout
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY') !== true || performance.now() >= deadline) throw error
        await sleep(RETRY_DELAY)
      }
    }
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('no streams from SQLite')
  }

  close(): void {
    this.#database.close()
  }
}

/** libsql binds every number as a floating one. */
function toValue(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}
