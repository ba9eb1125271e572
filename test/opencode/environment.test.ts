import { expect, test } from 'vitest'
import { buildEnvironment } from '../../src/opencode/environment.ts'
import { PROTOCOL_VERSION, type PluginSettings } from '../../src/plugin/contract.ts'

const folder = { cwd: '/private/work', modelsFile: '/private/models.json', env: {} }

test.each<[PluginSettings['task'] | undefined, boolean]>([
  ['resident', true],
  ['agents', true],
  ['once', false],
  ['probe', false],
  [undefined, false],
])('a process for %s optimises what it runs: %s', (task, optimises) => {
  const plugin = task && { plugin: { protocol: PROTOCOL_VERSION, task, agent: 'a', bare: true } }
  const env = buildEnvironment({ env: {}, folder: folder as never, config: {}, trimmed: false, ...plugin })
  expect(env.BUN_JSC_useDFGJIT).toBe(optimises ? undefined : '0')
})
