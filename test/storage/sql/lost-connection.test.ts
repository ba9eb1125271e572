import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { sqlDatabase } from '../../../src/storage/sql/database.ts'
import { hasPostgres, startPostgres } from './databases.ts'

test.skipIf(!hasPostgres)('a connection that PostgreSQL ends between two statements fails its transaction, and nothing else', async () => {
  const server = await startPostgres()
  const database = sqlDatabase({ url: server.url })
  try {
    const db = await database.writer()
    const transaction = db.transaction().execute(async (held) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(held)
      await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(db)
      // Its end is heard while nothing is asked of it; what nobody listened to would be the end of the daemon.
      await sleep(200)
      await sql`select 1`.execute(held)
    })
    await expect(transaction).rejects.toThrow()
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  } finally {
    await database.close()
    await server.stop()
  }
})
