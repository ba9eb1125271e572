import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { scripts } from '../../../src/cli/completion/scripts.ts'
import { useFakeDaemons } from '../fake-daemon.ts'
import { finished, type Sandbox, useSandbox } from '../sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()
const bin = fileURLToPath(new URL('../../../bin/opencode-bridge.js', import.meta.url))

/** Has a shell run a script, with `ocb` in its PATH and a daemon on the port that its commands look at. */
async function run(box: Sandbox, file: string, args: string[]): Promise<string[]> {
  const daemon = await fake({ instance: 'ours' })
  const folder = join(box.home, 'bin')
  mkdirSync(folder)
  writeFileSync(join(folder, 'ocb'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`)
  chmodSync(join(folder, 'ocb'), 0o755)
  writeFileSync(join(box.cwd, 'one file.json'), '')
  const state = join(box.home, 'state', 'opencode-bridge')
  mkdirSync(state, { recursive: true })
  writeFileSync(
    join(state, `daemon-${daemon.port}.json`),
    JSON.stringify({ pid: process.pid, instance: 'ours', url: daemon.url, port: daemon.port, startedAt: '', version: '0', secret: daemon.secret }),
    { mode: 0o600 },
  )
  const env = { ...box.env, PATH: `${folder}${delimiter}${process.env.PATH}`, OPENCODE_BRIDGE_PORT: String(daemon.port) }
  const { stdout, stderr } = await finished(box.track(spawn(file, args, { cwd: box.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })))
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

const has = (shell: string) => spawnSync(shell, ['-c', 'exit']).status === 0

describe.runIf(has('bash'))('bash', () => {
  const completed = (line: string) =>
    run(sandbox(), 'bash', [
      '--norc',
      '-c',
      `source <(ocb completion bash); COMP_LINE=$1; COMP_POINT=\${#1}; _opencode_bridge; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      line,
    ])

  test.each([
    ['ocb sta', ['start', 'status']],
    ['ocb  ask   -m a', ['a/one']],
    ['ocb ask -m ', ['a/one', 'b/two/three']],
    // It takes what follows the last of its breaks for the word.
    ['ocb ask --model=b', ['b/two/three']],
    ['ocb start --config one', ['one file.json']],
    ['ocb nothing ', []],
  ])('%j', async (line, words) => {
    expect(await completed(line)).toEqual(words)
  })
})

describe.runIf(has('zsh'))('zsh', () => {
  /** `_describe` is what shows them; here it prints them. */
  const completed = (...words: string[]) =>
    run(sandbox(), 'zsh', [
      '-f',
      '-c',
      `compdef() { : }; _files() { print files }; _describe() { print -l -- "\${(@P)2}" }; source <(ocb completion zsh); words=("$@"); CURRENT=$#; _opencode_bridge`,
      'zsh',
      ...words,
    ])

  test.each([
    [
      ['ocb', 'sta'],
      ['start:Run the daemon', 'status:Show pool'],
    ],
    [
      ['ocb', 'ask', '-m', ''],
      ['a/one', 'b/two/three'],
    ],
    [['ocb', 'ask', '--model=b'], ['--model=b/two/three']],
    [['ocb', 'start', '--config', ''], ['files']],
  ])('%j', async (words, expected) => {
    const found = await completed(...words)
    expect(found.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected)
  })
})

describe.runIf(has('fish'))('fish', () => {
  const completed = (line: string) => run(sandbox(), 'fish', ['--no-config', '-c', `ocb completion fish | source; complete -C '${line}'`])

  test.each([
    ['ocb sta', ['start\tRun the daemon', 'status\tShow pool']],
    ['ocb ask -m ', ['a/one', 'b/two/three']],
    ['ocb ask --model=b', ['--model=b/two/three']],
    ['ocb start --config one', ['one file.json']],
  ])('%j', async (line, expected) => {
    const found = await completed(line)
    expect(found.map((word, index) => word.slice(0, expected[index]?.length))).toEqual(expected)
  })
})

test('every shell asks by the program that was typed, and hides what goes wrong', async () => {
  for (const script of Object.values(scripts)) expect(script).toMatch(/words\[?[01]?\]?\}?"? completion suggest "?--current=/)
  expect(await sandbox().run(['completion', 'suggest', '--current=', '--', 'ask', '-m'], { env: { OPENCODE_BRIDGE_PORT: 'no' } })).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  })
  expect(await sandbox().run(['completion', 'tcsh'])).toMatchObject({ code: 2, stderr: expect.stringContaining('one of bash, zsh, fish, powershell') })
})
