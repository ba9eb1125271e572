import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { finish, sendFrames, sendJson, token, useFakeDaemons } from '../cli/fake-daemon.ts'
import { finished, type Result, useSandbox } from '../cli/sandbox.ts'

const ATTACK = '\u001b]52;c;cm0gLXJmIH4=\u0007\u001b[2J\u009b31m'
const SEEN = '␛]52;c;cm0gLXJmIH4=␇␛[2J'

const bin = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))
const script = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'script'))
  .find((path) => existsSync(path))
const sandbox = useSandbox()
const fake = useFakeDaemons()

/** Runs `ocb` in a terminal of its own; both its streams are in `stdout`. */
function inTerminal(args: readonly string[], input = ''): Promise<Result> {
  const box = sandbox()
  const command = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ')
  const child = box.track(spawn(script!, ['-qec', command, '/dev/null'], { cwd: box.cwd, env: { ...box.env, TERM: 'xterm', NO_COLOR: '1' }, stdio: 'pipe' }))
  // A terminal is no pipe: what it is to read has to come when somebody reads.
  setTimeout(() => child.stdin.write(input), 1_500)
  return finished(child)
}

const daemon = () =>
  fake({
    chat(response, body) {
      if (!body.stream) return sendJson(response, { choices: [{ message: { role: 'assistant', content: `a${ATTACK}b` }, finish_reason: 'stop' }] })
      sendFrames(response, [...[...`a${ATTACK}b`].map(token), finish(), '[DONE]'])
      response.end()
    },
  })

describe.runIf(script !== undefined && process.platform === 'linux')('a terminal obeys no answer', () => {
  test.each([
    ['ask', 'x'],
    ['ask', '--no-stream', 'x'],
    ['ask', '--json', 'x'],
  ])('%s %s', async (...args) => {
    const { stdout } = await inTerminal([args[0]!, '--port', String((await daemon()).port), ...args.slice(1)])
    expect(stdout).not.toContain('\u001b]52')
    expect(stdout).not.toContain('\u009b')
    expect(stdout).toContain(args.includes('--json') ? '\\u001b]52' : SEEN)
  })

  test('chat', async () => {
    const { stdout } = await inTerminal(['chat', '--port', String((await daemon()).port)], 'hello\n/exit\n')
    expect(stdout).toContain(SEEN)
    expect(stdout).not.toContain('\u001b]52')
  })

  test('an error, a model’s name', async () => {
    const broken = await fake({ chat: (response) => sendJson(response, { error: { message: `no${ATTACK}` } }, 404) })
    const { stdout } = await inTerminal(['ask', '--port', String(broken.port), 'x'])
    expect(stdout).toContain(`no${SEEN}`)
    expect(stdout).not.toContain('\u001b]52')
  })
})

test('a pipe gets an answer as it is, a log of errors does not', async () => {
  const good = await sandbox().run(['ask', '--port', String((await daemon()).port), 'x'])
  expect(good).toMatchObject({ code: exitCodes.ok, stdout: `a${ATTACK}b\n` })
  const broken = await fake({ chat: (response) => sendJson(response, { error: { message: ATTACK } }, 404) })
  expect((await sandbox().run(['ask', '--port', String(broken.port), 'x'])).stderr).toBe(`opencode-bridge: ${SEEN}\ufffd31m\n`)
})
