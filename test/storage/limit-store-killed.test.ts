import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SqlDatabase, sqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLimitStore } from '../../src/storage/sql/limit-store.ts'
import { startSqlite, type TestDatabase } from './sql/databases.ts'

let server: TestDatabase
let database: SqlDatabase

beforeAll(async () => {
  server = await startSqlite()
  database = sqlDatabase({ url: server.url })
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

/** Reserves and settles as fast as it can, and says so each time; the built code, as a daemon runs it. */
const script = (url: string) => `
  const { sqlDatabase } = await import(${JSON.stringify(pathToFileURL(resolve('dist/storage/sql/database.js')).href)})
  const { sqlLimitStore } = await import(${JSON.stringify(pathToFileURL(resolve('dist/storage/sql/limit-store.js')).href)})
  const store = sqlLimitStore(sqlDatabase({ url: ${JSON.stringify(url)} }))
  const one = async (n) => {
    const id = process.pid + '.' + n
    const claims = ['a', 'b'].map((counter) => ({ counter, amount: 7n, limit: 1000000n, expires: 9e12 }))
    await store.reserve({ id, claims, until: 1000 })
    await store.settle(id, claims.map(({ counter, expires }) => ({ counter, expires, amount: 3n })))
    process.stdout.write('.')
  }
  for (let n = 0; ; n += 8) await Promise.all(Array.from({ length: 8 }, (_, k) => one(n + k)))
`

test('a daemon that is killed in the midst of counting leaves no more than its leases, and the two counters agree', async () => {
  const store = sqlLimitStore(database)
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(server.url)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let settled = 0
    child.stdout.on('data', (dots: Buffer) => {
      settled += dots.length
      if (settled > 20) child.kill('SIGKILL')
    })
    await once(child, 'exit')
    const held = await store.read(['a', 'b'])
    expect(held.get('b')).toBe(held.get('a'))
    expect(await store.release({ before: 0, after: 9999 })).toBe(0)
    const freed = await store.release({ before: 2000, after: 9999 })
    // At most eight are under way at a time.
    expect(freed).toBeLessThanOrEqual(8)
    const left = await store.read(['a', 'b'])
    expect(held.get('a')! - left.get('a')!).toBe(BigInt(freed) * 7n)
    // What is left is what was settled.
    expect(left.get('a')! % 3n).toBe(0n)
    expect(left.get('b')).toBe(left.get('a'))
  }
})
