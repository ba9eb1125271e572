import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { useSandbox } from './sandbox.ts'

const sandbox = useSandbox()
const KEY = 'a-key-that-nobody-sees'

test('prints every setting with its value and where it comes from', async () => {
  const box = sandbox()
  const { home, cwd } = box
  const user = join(home, 'config/opencode-bridge/config.toml')
  const project = join(cwd, 'opencode-bridge.config.json')
  mkdirSync(join(home, 'config/opencode-bridge'), { recursive: true })
  writeFileSync(user, 'maxQueue = 9\n')
  writeFileSync(project, '{ "tokenTimeout": 90000 }')

  const { code, stdout, stderr } = await box.run(['config', '--max-size', '3'], { env: { OPENCODE_BRIDGE_API_KEY: KEY } })
  const rows = Object.fromEntries(
    stdout.split('\n').map((line) => [
      line.trim().split(/\s+/)[0],
      line
        .trim()
        .split(/\s{2,}/)
        .slice(1),
    ]),
  )
  expect({ code, stderr }).toEqual({ code: exitCodes.ok, stderr: '' })
  expect(rows).toMatchObject({
    port: ['4141', 'default'],
    maxSize: ['3', '--max-size'],
    maxQueue: ['9', user],
    tokenTimeout: ['90000 (1.5 min)', project],
    apiKeys: ['(secret)', 'OPENCODE_BRIDGE_API_KEY'],
  })
  expect(stdout).not.toContain(KEY)
})

test('prints one, and JSON', async () => {
  expect(await sandbox().run(['config', 'port', '--port', '5000'])).toMatchObject({ code: exitCodes.ok, stdout: '5000\n' })
  const { stdout } = await sandbox().run(['config', 'retryDelay', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ key: 'retryDelay', value: 500, unit: 'milliseconds', source: 'default' })
})

test('a setting that there is none of is a usage error', async () => {
  const { code, stderr } = await sandbox().run(['config', 'prot'])
  expect(code).toBe(exitCodes.usage)
  expect(stderr).toContain('no setting is called "prot"; did you mean port?')
})
