import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readEnvironment } from '../../src/config/environment.ts'

const read = (name: string) => readFileSync(new URL(`../../scripts/image/${name}`, import.meta.url), 'utf8')

test('the variables of the image and of the compose file are those of settings', () => {
  const compose = parse(read('compose.yaml'))
  const { environment } = compose.services.bridge
  expect(Object.keys(readEnvironment(environment))).toEqual(['managedKeys', 'database'])
  // A password with signs in it would have to be written otherwise in an address.
  expect(new URL(environment.OPENCODE_BRIDGE_DATABASE.replace(/\$\{.*?\}/, 'secret'))).toMatchObject({ protocol: 'postgres:', hostname: 'postgres' })
  const [, host] = /(OPENCODE_BRIDGE_HOST=\S+)/.exec(read('Dockerfile'))!
  expect(readEnvironment(Object.fromEntries([host!.split('=')]))).toMatchObject({ host: { value: '0.0.0.0' } })
})

test('each variable that may be a file is named in the documentation and is a secret of the settings', () => {
  const [, list] = /^secret='(.*)\|\[A-Z0-9_\]\*_API_KEY'$/m.exec(read('opencode-bridge.sh'))!
  const names = list!.split('|')
  expect(Object.keys(readEnvironment(Object.fromEntries(names.map((name) => [name, 'a-secret-of-some-length']))))).toHaveLength(names.length)
  for (const name of names) expect(read('README.md')).toContain(`${name.replace(/^OPENCODE_BRIDGE_(?!DATABASE)/, '…_')}_FILE`)
})
