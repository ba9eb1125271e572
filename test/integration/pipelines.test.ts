import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sandbox } from '../cli/sandbox.ts'
import { killAll, processesOf } from '../support/processes.ts'
import { until } from '../support/until.ts'

/** The README's table of what people do in a shell: each of our lines, on a daemon with the demo model. */

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')
const table = /<!-- pipelines -->\n([\s\S]*?)<!-- \/pipelines -->/.exec(README)![1]!
const rows = table
  .trim()
  .split('\n')
  .slice(2)
  .map((row) =>
    row.split(/(?<!\\)\|/).map((cell) =>
      cell
        .trim()
        .replaceAll('\\|', '|')
        .replace(/^`(.*)`$/, '$1'),
    ),
  )
  .map((cells) => ({ what: cells[1]!, line: cells.at(-2)! }))

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** What of each line’s answer shows that it did what the row says. */
const SHOWN: Record<string, RegExp> = {
  ask: /You said: why\?/,
  'what a program says': /You said: review\n\ndiff of git/,
  'a file': /You said: notes\.md:\n\nsome notes\nsum up/,
  'many files': /src\/a\.ts:\n\nconst asrc\/deep\/b\.ts:\n\nconst bbugs\?/,
  'an image': /what is this\? \(with image\/png of 70 bytes\)/,
  'a piped image': /what is this\? \(with image\/png of 70 bytes\)/,
  'keep talking': /You said: and then\?/,
  'what was said': /## user\n\nand then\?\n\n## assistant/,
  "a prompt of one's own": /You said: Review this:\n\n-old/,
  'JSON of a form': /^\{"name":"a dog","age":1\}\n$/,
  'tokens and cost': /demo\/echo: \d+ tokens in, \d+ out, cost unknown, \d+ m?s/,
  'which models': /^demo\/echo\n/,
  'a conversation': /^$/,
}

const box = new Sandbox()

beforeAll(async () => {
  const bin = join(box.home, 'bin')
  mkdirSync(bin)
  symlinkSync(fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url)), join(bin, 'opencode-bridge'))
  writeFileSync(join(bin, 'git'), '#!/bin/sh\necho "diff of git"\n', { mode: 0o755 })
  mkdirSync(join(box.cwd, 'src', 'deep'), { recursive: true })
  mkdirSync(join(box.home, 'config', 'opencode-bridge', 'templates'), { recursive: true })
  writeFileSync(join(box.home, 'config', 'opencode-bridge', 'templates', 'review.md'), 'Review this:\n\n{{input}}')
  const files = { 'notes.md': 'some notes\n', 'a.diff': '-old\n', 'src/a.ts': 'const a', 'src/deep/b.ts': 'const b', 'photo.png': PNG }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(box.cwd, name), content)
  const child = box.start(['start', '--port', '0'], { env: { OPENCODE_BRIDGE_DEFAULT_MODELS: 'demo/echo', TMPDIR: box.home } })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  await until(() => output.includes('is ready') || child.exitCode !== null, 60_000)
  expect(output).toContain('is ready')
})

afterAll(() => {
  box.dispose()
  killAll(processesOf(box.home))
})

const shell = (line: string) => {
  const env = { ...box.env, PATH: `${join(box.home, 'bin')}${delimiter}${process.env.PATH}`, OPENCODE_BRIDGE_DEFAULT_MODELS: 'demo/echo' }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: box.cwd, env, input: '', encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

describe('a line of the README', () => {
  test('has each of the tools in its table', () => {
    expect(rows.length).toBeGreaterThan(15)
    expect(Object.keys(SHOWN).filter((what) => !rows.some((row) => row.what === what))).toEqual([])
  })

  test.each(rows)('$what: $line', ({ what, line }) => {
    const { code, stdout, stderr } = shell(line)
    expect({ code, stderr: what === 'tokens and cost' ? '' : stderr }, stderr).toEqual({ code: 0, stderr: '' })
    expect(what === 'tokens and cost' ? stderr : stdout).toMatch(SHOWN[what] ?? /^This is the demo model; it repeats what you say\. You said: .+\n$/)
  })
})

test('3 KB of random bytes reach nobody', () => {
  expect(shell('head -c 3000 /dev/urandom | opencode-bridge ask "what is this"')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('is neither text'),
  })
})
