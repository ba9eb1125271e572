import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { useSandbox } from '../cli/sandbox.ts'
import { startBridge } from '../support/bridge.ts'

const CONFIG = '.config/opencode/opencode.json'
/** A comma is missing in the second line. */
const TYPO = '{\n  "theme": "system" "model": "a/b"\n}\n'

describe('why opencode does not start with what the user has is told in its words, with his own path', () => {
  test.each<[string, (home: string) => void, string, string]>([
    ['no JSON', file(CONFIG, TYPO), CONFIG, 'is not valid JSON: CommaExpected at line 2, column 21; correct it there'],
    [
      'a wrong type',
      file(CONFIG, '{ "$schema": "https://opencode.ai/config.json", "model": 7 }'),
      CONFIG,
      'is not what opencode takes: `model` should be string, not 7; correct it there',
    ],
    [
      'a bad provider',
      file(CONFIG, '{ "provider": { "x": { "models": 3 } } }'),
      CONFIG,
      'is not what opencode takes: `provider.x.models` should be object, not 3; correct it there',
    ],
    [
      'an agent’s file',
      file('.config/opencode/agent/a.md', '---\ntemperature: hot\n---\nhi'),
      '.config/opencode/agent/a.md',
      'is not what opencode takes: `temperature` should be number, not "hot"; correct it there',
    ],
    ['a folder in place of the file', (home) => mkdirSync(join(home, CONFIG), { recursive: true }), CONFIG, '(BadResource); make it a file that you may read'],
    [
      'no place to write',
      file('.cache', ''),
      '.cache/opencode/bin',
      '(ENOTDIR: not a directory); let it write there, or set XDG_CACHE_HOME to a folder where it may',
    ],
  ])('%s', async (_name, prepare, path, why) => {
    let home = ''
    const error: Error = await startBridge({
      prepare: (made) => {
        home = made
        prepare(made)
      },
    }).then(
      (bridge) => bridge.close().then(() => expect.unreachable()),
      (thrown: Error) => thrown,
    )
    expect(error).toMatchObject({ code: 'opencode_unusable' })
    expect(error.message).toMatch(/^opencode did not start: /)
    expect(error.message).toContain(`${join(home, path)} ${why}`)
    // The private folder is in there.
    expect(error.message).not.toContain('opencode-bridge-')
  })
})

const sandbox = useSandbox()

test('`start` tells it as well', () => expectTold('start'))
test.each([['models'], ['ask', 'hi'], ['doctor']])('`%s` tells it as well', { tags: 'long' }, expectTold)

async function expectTold(...args: string[]): Promise<void> {
  const { home, run } = prepared()
  const { code, stdout, stderr } = await run(args)
  expect(code).not.toBe(0)
  expect(stdout + stderr).toContain(`${join(home, CONFIG)} is not valid JSON: CommaExpected at line 2, column 21`)
}

function prepared() {
  const box = sandbox()
  file(CONFIG, TYPO)(box.home)
  return {
    home: box.home,
    run: (args: string[]) => box.run(args, { env: { TMPDIR: box.home, XDG_CONFIG_HOME: join(box.home, '.config'), OPENCODE_BRIDGE_PORT: '0' } }),
  }
}

function file(name: string, text: string): (home: string) => void {
  return (home) => {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
}
