import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRuntimeFolder, type ProcessFolder, type RuntimeFolder } from '../../src/opencode/runtime-folder.ts'
import { locateUserSetup } from '../../src/opencode/user-setup.ts'

let home: string
let folder: RuntimeFolder

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'runtime-folder-'))
  write('opencode.json', '{ "$schema": "https://opencode.ai/config.json", "model": "a/first" }')
  write('agent/deep/mine.md', 'first')
  write('plugin/mine.js', 'first')
  write('other.json', '{ "key": "{file:./key}" }')
  const env = { HOME: home, TMPDIR: home, OPENCODE_CONFIG: join(home, '.config/opencode/other.json') }
  folder = createRuntimeFolder(locateUserSetup(env), env)
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

test('processes start with the configuration of before until a newer one is adopted', () => {
  write('opencode.json', 'second')
  write('agent/deep/mine.md', 'second')
  expect([read(folder, 'opencode.json'), read(folder, 'agent/deep/mine.md')]).toEqual([expect.stringContaining('a/first'), 'first'])

  folder.stage()
  const newest = folder.newest()
  expect([read(folder, 'opencode.json'), read(newest, 'opencode.json'), read(newest, 'agent/deep/mine.md')]).toEqual([
    expect.stringContaining('a/first'),
    'second',
    'second',
  ])

  newest.adopt()
  expect([read(folder, 'opencode.json'), read(folder, 'agent/deep/mine.md')]).toEqual(['second', 'second'])
  expect(existsSync(newest.env.XDG_CONFIG_HOME!)).toBe(false)
})

test('one that was superseded while it was tried does not take the place of the later one', () => {
  write('opencode.json', 'second')
  folder.stage()
  const second = folder.newest()
  write('opencode.json', 'third')
  folder.stage()
  second.adopt()
  expect([read(folder, 'opencode.json'), read(folder.newest(), 'opencode.json')]).toEqual(['second', 'third'])
  const third = folder.newest()
  third.adopt()
  third.adopt()
  expect(read(folder, 'opencode.json')).toBe('third')
})

test('a folder that was removed comes back with what the user has then', () => {
  write('opencode.json', 'second')
  folder.stage()
  rmSync(folder.path, { recursive: true })
  expect(folder.mend()).toBe(true)
  expect([read(folder, 'opencode.json'), read(folder.newest(), 'opencode.json')]).toEqual(['second', 'second'])
})

test('plugins are the user’s own files; references of a config file lead to them', () => {
  write('plugin/mine.js', 'second')
  expect(read(folder, 'plugin/mine.js')).toBe('second')
  expect(readFileSync(folder.env.OPENCODE_CONFIG!, 'utf8')).toBe(`{ "key": "{file:${join(home, '.config/opencode/key')}}" }`)
})

test('what opencode says of a mirror is said of the user’s own files', () => {
  folder.stage()
  for (const one of [folder, folder.newest()]) {
    const { XDG_CONFIG_HOME, XDG_DATA_HOME, OPENCODE_CONFIG } = one.env
    const said = [join(XDG_CONFIG_HOME!, 'opencode', 'agent', 'a.md'), OPENCODE_CONFIG, join(XDG_DATA_HOME!, 'opencode', 'auth.json')].join(' ')
    expect(one.withUserPaths(said)).toBe(
      ['.config/opencode/agent/a.md', '.config/opencode/other.json', '.local/share/opencode/auth.json'].map((name) => join(home, name)).join(' '),
    )
  }
})

test('a process that reads the catalogue while another one is kept reads all of the one it began with', () => {
  folder.keepModels({ first: {} })
  const reading = openSync(folder.modelsFile, 'r')
  folder.keepModels({ second: {} })
  expect([readFileSync(reading, 'utf8'), readFileSync(folder.modelsFile, 'utf8')]).toEqual(['{"first":{}}', '{"second":{}}'])
  closeSync(reading)
  expect(statSync(folder.modelsFile).mode & 0o777).toBe(0o600)
})

function read({ env }: ProcessFolder, name: string): string {
  return readFileSync(join(env.XDG_CONFIG_HOME!, 'opencode', name), 'utf8')
}

function write(name: string, text: string): void {
  const path = join(home, '.config/opencode', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
