import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KeyStore, StoredKey } from '../../../src/storage/key-store.ts'
import { type SqlDatabase, sqlDatabase } from '../../../src/storage/sql/database.ts'
import { sqlKeyStore } from '../../../src/storage/sql/key-store.ts'
import { databaseKinds, type TestDatabase } from './databases.ts'

const key = (some: Partial<StoredKey> = {}): StoredKey => ({ name: 'ci', digest: 'd1', lastFour: 'abcd', createdAt: 1_764_288_000_000, ...some })

describe.each(databaseKinds)('the keys in %s', (_name, start) => {
  let server: TestDatabase
  let database: SqlDatabase
  let keys: KeyStore

  beforeAll(async () => {
    server = await start()
    database = sqlDatabase({ url: server.url })
    keys = sqlKeyStore(database)
  })
  beforeEach(async () => {
    const db = await database.writer()
    await db.deleteFrom('keys').execute()
    await db.deleteFrom('key_limits').execute()
  })
  afterAll(async () => {
    await database.close()
    await server.stop()
  })

  test('are given back as they were, the newest first', async () => {
    const newer = key({ name: 'own', digest: 'd2', createdAt: 1_764_288_000_001, expiresAt: 1_800_000_000_000 })
    expect([await keys.add(key()), await keys.add(newer)]).toEqual([true, true])
    expect(await keys.list()).toEqual([newer, key()])
  })

  test('have limits, which another in their place has, too', async () => {
    const limits = { requestsPerMinute: 60, costPerDay: '2.5', models: ['a/*'] }
    await keys.add(key({ limits }))
    expect(await keys.list()).toEqual([key({ limits })])
    await keys.replace(key({ digest: 'd2', createdAt: 1_764_288_000_001 }))
    expect((await keys.list())[0]!.limits).toEqual(limits)
    expect([await keys.limit('ci', { concurrentRequests: 1 }), await keys.limit('nobody', limits)]).toEqual([true, false])
    expect((await keys.list()).map((one) => one.limits)).toEqual([{ concurrentRequests: 1 }, limits])
    await keys.limit('ci', undefined)
    expect((await keys.list())[0]).not.toHaveProperty('limits')
  })

  test('have a name each, until they are revoked', async () => {
    await keys.add(key())
    expect(await keys.add(key({ digest: 'd2' }))).toBe(false)
    expect(await keys.revoke('ci', 5)).toEqual(key())
    expect(await keys.revoke('ci', 6)).toBeUndefined()
    expect(await keys.add(key({ digest: 'd2' }))).toBe(true)
    expect((await keys.list()).map(({ digest, revokedAt }) => `${digest} ${revokedAt}`).toSorted()).toEqual(['d1 5', 'd2 undefined'])
  })

  test('of one name several are not made at a time', async () => {
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((digest) => keys.add(key({ digest })).catch(() => false)))
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await keys.list()).toHaveLength(1)
  })

  test('are replaced in one step', async () => {
    expect(await keys.replace(key())).toBe(false)
    expect(await keys.list()).toEqual([])
    await keys.add(key())
    expect(await keys.replace(key({ digest: 'd2', createdAt: 1_764_288_000_009 }))).toBe(true)
    expect((await keys.list()).map(({ digest, revokedAt }) => [digest, revokedAt])).toEqual([
      ['d2', undefined],
      ['d1', 1_764_288_000_009],
    ])
  })
})
