import { expect, test, vi } from 'vitest'
import { createAuthenticate } from '../../src/access/authenticate.ts'
import { digestOf, type ManagedKey, ManagedKeys } from '../../src/access/managed-keys.ts'

function managed(known: ManagedKey[]) {
  const clock = { now: 0 }
  const log = { warn: vi.fn(), info: vi.fn() }
  const load = vi.fn(async (): Promise<readonly ManagedKey[]> => known)
  return { clock, log, load, keys: new ManagedKeys({ load, log, now: () => clock.now }) }
}

const nameOf = async (keys: ManagedKeys, key: string) => (await keys.find(key))?.name

test('a key counts until it is revoked or over', async () => {
  const known: ManagedKey[] = [
    { name: 'ci', digest: digestOf('one') },
    { name: 'short', digest: digestOf('two'), expiresAt: 1000 },
    { name: 'gone', digest: digestOf('three'), revokedAt: 0 },
  ]
  const { keys, clock } = managed(known)
  const names = () => Promise.all(['one', 'two', 'three', 'four'].map((key) => nameOf(keys, key)))
  expect(await names()).toEqual(['ci', 'short', undefined, undefined])
  clock.now = 1000
  expect(await names()).toEqual(['ci', undefined, undefined, undefined])
  known[0] = { ...known[0]!, revokedAt: 1500 }
  clock.now = 2000
  expect(await names()).toEqual([undefined, undefined, undefined, undefined])
})

test('keys are read once for all who ask, and again as they may have changed', async () => {
  const { keys, clock, load } = managed([])
  await Promise.all([keys.find('a'), keys.find('b')])
  await keys.find('c')
  expect(load).toHaveBeenCalledTimes(1)
  clock.now = 2000
  await keys.find('a')
  expect(load).toHaveBeenCalledTimes(2)
})

test('a database that fails opens nothing, and closes nobody out whose key is known', async () => {
  const { keys, clock, load, log } = managed([{ name: 'ci', digest: digestOf('one') }])
  load.mockRejectedValueOnce(new Error('gone'))
  await expect(keys.find('one')).rejects.toMatchObject({ status: 503, code: 'system_fault' })
  clock.now = 2000
  expect(await nameOf(keys, 'one')).toBe('ci')
  load.mockRejectedValue(new Error('gone again'))
  clock.now = 4000
  expect([await nameOf(keys, 'one'), await nameOf(keys, 'two')]).toEqual(['ci', undefined])
  clock.now = 6000
  expect(await nameOf(keys, 'one')).toBe('ci')
  expect(log.warn).toHaveBeenCalledTimes(2)
  expect(log.info).toHaveBeenCalledTimes(1)
})

test('they are asked for beside the other keys, and name who asks', async () => {
  const { keys } = managed([{ name: 'ci', digest: digestOf('ocb_1') }])
  const authenticate = createAuthenticate({ apiKeys: ['a-config-key'], managedKeys: true }, { managed: keys })
  const ask = (headers: Record<string, string>) => authenticate({ headers: new Headers(headers), url: new URL('http://bridge.test/v1/models') })
  expect(await ask({ 'x-api-key': 'ocb_1' })).toEqual({ id: 'named:ci', kind: 'key', name: 'ci' })
  expect(await ask({ authorization: 'Bearer a-config-key' })).not.toHaveProperty('name')
  await expect(ask({ 'x-api-key': 'ocb_2' })).rejects.toMatchObject({ status: 401 })
  await expect(
    createAuthenticate({ apiKeys: [], managedKeys: true }, { managed: keys })({ headers: new Headers(), url: new URL('http://bridge.test/') }),
  ).rejects.toMatchObject({
    status: 401,
  })
})
