import { expect, test } from 'vitest'
import { describeSettings } from '../../src/config/describe.ts'
import { loadConfig } from '../../src/config/load.ts'

const KEY = 'a-key-that-nobody-sees'

async function describe(env: NodeJS.ProcessEnv) {
  const settings = describeSettings(await loadConfig({ cwd: '/', env: { HOME: '/nowhere', ...env }, flags: { maxSize: '7' } }))
  return { settings, of: (key: string) => settings.find((setting) => setting.key === key) }
}

test('each setting has its value and where that came from', async () => {
  const { of } = await describe({ OPENCODE_BRIDGE_PORT: '4242' })
  expect(of('port')).toMatchObject({ value: 4242, source: 'OPENCODE_BRIDGE_PORT', default: 4141, section: 'server', flag: '--port' })
  expect(of('maxSize')).toMatchObject({ value: 7, source: '--max-size', variables: ['OPENCODE_BRIDGE_MAX_SIZE'] })
  expect(of('tokenTimeout')).toMatchObject({ value: 120_000, source: 'default', unit: 'milliseconds' })
  expect(of('agent')).toMatchObject({ value: null, default: null })
})

test('no secret is in it, only that there is one', async () => {
  const { settings, of } = await describe({ OPENCODE_BRIDGE_API_KEY: KEY, OPENCODE_SERVER_PASSWORD: KEY })
  expect(JSON.stringify(settings)).not.toContain(KEY)
  expect(of('apiKeys')).toMatchObject({ value: '(secret)', source: 'OPENCODE_BRIDGE_API_KEY', secret: true })
  expect(of('serverPassword')).toMatchObject({ value: '(secret)', source: 'OPENCODE_SERVER_PASSWORD' })
  expect(of('jwtSecret')).toMatchObject({ value: null, source: 'default' })
})
