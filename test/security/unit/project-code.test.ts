import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assertNothingPlanted, privateParent } from '../../../src/opencode/private-place.ts'
import { findProjectCode } from '../../../src/opencode/project-code.ts'

let root: string
let folder: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ocb-code-'))
  folder = join(root, 'home', 'code', 'repository')
  mkdirSync(folder, { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text = ''): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const found = () => findProjectCode(folder, join(root, 'home'))

describe('what opencode would run of the agents’ folder', () => {
  test.each([
    ['home/code/repository/.opencode/plugin/x.ts', ''],
    ['home/code/repository/.opencode/plugins/x.js', ''],
    ['home/code/repository/opencode.json', '{"plugin":["./x.ts"]}'],
    ['home/code/repository/opencode.jsonc', '{/* why */"plugins":[{"package":"x"}],}'],
    ['home/code/repository/opencode.json', '{"\\u0070lugin":["./x.ts"]}'],
    ['home/code/repository/.opencode/opencode.json', '{"plugin":["./x.ts"]}'],
    ['home/code/.opencode/plugin/x.ts', ''],
    ['home/code/opencode.json', '{"plugin":["npm-package"]}'],
    ['home/code/repository/opencode.json', '{"plugin":'],
  ])('%s %s', (path, text) => {
    const file = write(path, text)
    expect(found()).toBe(file)
  })

  test('through a link', () => {
    write('elsewhere/plugin/x.ts')
    symlinkSync(join(root, 'elsewhere'), join(folder, '.opencode'))
    expect(found()).toBe(join(folder, '.opencode', 'plugin', 'x.ts'))
    expect(findProjectCode(join(folder, '..', 'repository'), join(root, 'home'))).toBeDefined()
  })

  test.each([
    ['home/code/repository/.opencode/agent/x.md', ''],
    ['home/code/repository/.opencode/plugin/notes.md', ''],
    ['home/code/repository/opencode.json', '{"plugin":[],"model":"a/b"}'],
    ['home/code/repository/AGENTS.md', 'plugin'],
    ['home/.opencode/plugin/x.ts', ''],
  ])('not %s %s', (path, text) => {
    write(path, text)
    expect(found()).toBeUndefined()
  })
})

describe.runIf(process.getuid !== undefined)('a place that others can write above', () => {
  test.each(['.opencode', 'opencode.json', 'opencode.jsonc'])('with %s is refused', (name) => {
    const shared = join(root, 'shared')
    mkdirSync(join(shared, 'below'), { recursive: true })
    chmodSync(shared, 0o1777)
    expect(() => assertNothingPlanted(join(shared, 'below'))).not.toThrow()
    const planted = write(`shared/${name}`)
    expect(() => assertNothingPlanted(join(shared, 'below'))).toThrow(planted)
  })

  test('with one of this user’s own, where nobody else can write, is not', () => {
    write('home/.opencode/plugin/x.ts')
    expect(() => assertNothingPlanted(folder)).not.toThrow()
  })

  test.skipIf(homedir().startsWith('/tmp'))('is passed over for a folder of the user’s own', () => {
    const cache = mkdtempSync(join(homedir(), '.ocb-test-'))
    try {
      expect(privateParent({ TMPDIR: '/tmp', XDG_CACHE_HOME: cache })).toBe(join(cache, 'opencode-bridge', 'run'))
      expect(privateParent({ TMPDIR: cache, XDG_CACHE_HOME: '/tmp' })).toBe(cache)
    } finally {
      rmSync(cache, { recursive: true })
    }
  })
})
