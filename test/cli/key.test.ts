import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseExpiry } from '../../src/cli/command-line/expiry.ts'
import { useSandbox } from './sandbox.ts'

const sandbox = useSandbox()

test('a key is made, shown once, replaced and revoked, without a daemon', async () => {
  const box = sandbox()
  const database = join(box.home, 'data', 'keys.db')
  const run = (...args: string[]) => box.run(['key', ...args], { env: { OPENCODE_BRIDGE_DATABASE: database } })
  const made = await run('create', 'ci', '--expires', '30d', '--requests-per-minute', '60', '--cost-per-day', '2.5', '--models', 'a/*, b')
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ocb_[\w-]{43}\n$/) })
  expect(statSync(database).mode & 0o077).toBe(0)
  expect(await run('create', 'ci')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('there is a key called ci') })
  const other = await run('rotate', 'ci', '--json')
  const { key } = JSON.parse(other.stdout)
  expect(key).not.toBe(made.stdout.trim())
  const list = await run('list')
  expect(list.stdout).toContain(`…${key.slice(-4)}`)
  expect(list.stdout).not.toContain(key)
  expect(list.stdout.trim().split('\n')).toHaveLength(3)
  expect(list.stdout).toContain('60 requests-per-minute, 2.5 cost-per-day, a/* b models')
  expect((await run('limit', 'ci', '--concurrent-requests', '2')).stdout).toBe('ci has 2 concurrent-requests.\n')
  expect(JSON.parse((await run('list', '--json')).stdout)[0]).toMatchObject({ name: 'ci', limits: { concurrentRequests: 2 } })
  expect((await run('limit', 'ci')).stdout).toBe('ci has no limits.\n')
  expect((await run('revoke', 'ci')).stdout).toBe('ci is revoked.\n')
  expect((await run('revoke', 'ci')).code).toBe(1)
}, 60_000)

test.each([
  [['frob'], "key has no 'frob'"],
  [['create'], 'a key needs a name'],
  [['create', 'a b'], 'a key needs a name'],
  [['create', 'ci', '--expires', 'soon'], 'no time: soon'],
  [['create', 'ci', '--tokens-per-day', 'many'], '--tokens-per-day many: '],
  [['create', 'ci', '--cost-total', '0'], '--cost-total 0: no amount of dollars above zero'],
  [['limit', 'nobody', '--models', ','], '--models ,: '],
])('key %j is refused', async (args, message) => {
  const { code, stderr } = await sandbox().run(['key', ...args])
  expect(code).not.toBe(0)
  expect(stderr).toContain(message)
})

test.each([
  ['2d', 1000 + 172_800_000],
  ['12h', 1000 + 43_200_000],
  ['1970-01-02', 86_400_000],
])('%s ends at %i', (text, time) => {
  expect(parseExpiry(text, 1000)).toBe(time)
  expect(() => parseExpiry('1970-01-01', 1000)).toThrow('over')
})
