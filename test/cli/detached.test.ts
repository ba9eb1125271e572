import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { readStates, type DaemonState } from '../../src/cli/daemon/state-file.ts'
import { isAlive } from '../../src/system/process-identity.ts'
import { fakeOpencode } from '../support/fake-opencode.ts'
import { until } from '../support/until.ts'
import { type Sandbox, useSandbox } from './sandbox.ts'

const sandbox = useSandbox()
const env = { OPENCODE_BIN: fakeOpencode('silent'), OPENCODE_BRIDGE_LEDGER: 'false' }

let box: Sandbox
afterEach(() => {
  for (const { pid } of readStates(box.env)) process.kill(pid, 'SIGKILL')
})

function theOne(): DaemonState {
  const states = readStates(box.env)
  expect(states).toHaveLength(1)
  return states[0]!
}

test('start --detach, status, logs, restart and stop', async () => {
  box = sandbox()
  const started = await box.run(['start', '--detach', '--port', '0', '--min-idle', '1'], { env })
  const first = theOne()
  expect(started).toMatchObject({
    code: exitCodes.ok,
    stdout: expect.stringMatching(new RegExp(`in the background: ${first.url}/v1 \\(pid ${first.pid}\\)\n$`)),
  })
  expect(first.args).toEqual(['--port=0', '--min-idle=1'])

  expect((await box.run(['status'], { env })).stdout).toContain(first.url)
  const again = await box.run(['start', '--detach', '--port', String(first.port)], { env })
  expect(again).toMatchObject({ code: exitCodes.portInUse, stderr: expect.stringContaining(`(pid ${first.pid})`) })

  // A mistake in what it would start with leaves it as it is.
  const broken = await box.run(['restart'], { env: { ...env, OPENCODE_BRIDGE_MAX_SIZE: 'many' } })
  expect(broken).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('maxSize (from OPENCODE_BRIDGE_MAX_SIZE)') })
  expect(theOne().pid).toBe(first.pid)

  expect((await box.run(['restart'], { env })).code).toBe(exitCodes.ok)
  const second = theOne()
  expect(second).toMatchObject({ port: first.port, cwd: first.cwd, args: ['--min-idle=1', `--port=${first.port}`] })
  expect(second.pid).not.toBe(first.pid)
  expect(isAlive(first.pid)).toBe(false)

  // The log is one of both: it goes by the port, which was any at first.
  const logs = await box.run(['logs', '-n1000'], { env })
  expect(logs.stdout).toContain(`is ready: ${second.url}/v1`)
  expect((await box.run(['stop'], { env })).code).toBe(exitCodes.ok)
  expect(isAlive(second.pid)).toBe(false)
  const stopped = await box.run(['stop'], { env })
  expect(stopped).toMatchObject({ code: exitCodes.notRunning, stderr: expect.stringContaining('no daemon is running on port 4141, nor on another') })
  // What it said last can still be read.
  expect((await box.run(['logs', '-n', '1'], { env })).stdout).toMatch(/^\S+Z \[info\] Stopping once running requests are done/)
})

test('a daemon in the background that cannot start says why, with its own exit code', async () => {
  box = sandbox()
  const { code, stdout, stderr } = await box.run(['start', '--detach', '--port', '0'], { env: { OPENCODE_BIN: '/nowhere/opencode' } })
  expect({ code, stdout }).toEqual({ code: exitCodes.opencodeUnusable, stdout: '' })
  expect(stderr).toContain('the daemon did not start')
  expect(stderr).toContain('/nowhere/opencode')
})

describe('a hangup', () => {
  test('leaves a daemon without a terminal alone', async () => {
    box = sandbox()
    const child = box.start(['start', '--port', '0', '--min-idle', '0'], { env })
    await until(() => readStates(box.env).length === 1)
    child.kill('SIGHUP')
    await sleep(200)
    expect(child.exitCode).toBeNull()
    child.kill('SIGTERM')
    await until(() => child.exitCode === exitCodes.ok)
  })
})

test('logs -f follows what a daemon says, and logs of one on a terminal or a pipe are nowhere', async () => {
  box = sandbox()
  const child = box.start(['start', '--port', '0', '--min-idle', '0'], { env })
  await until(() => readStates(box.env).length === 1)
  const { code, stderr } = await box.run(['logs'], { env })
  expect({ code, stderr }).toMatchObject({ code: exitCodes.failure, stderr: expect.stringContaining('so nothing is kept') })
  child.kill('SIGTERM')
  await until(() => child.exitCode !== null)

  await box.run(['start', '--detach', '--port', '0', '--min-idle', '0'], { env })
  const { url, log } = theOne()
  const following = box.start(['logs', '-f', '-n', '0'], { env })
  let seen = ''
  following.stdout!.on('data', (text: Buffer) => (seen += text.toString()))
  await until(async () => {
    await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{' })
    return seen.includes('POST /v1/chat/completions 4')
  })
  expect(readFileSync((log as { file: string }).file, 'utf8')).toContain(seen.split('\n')[0])
  following.kill('SIGINT')
  await until(() => following.exitCode === exitCodes.interrupted)
})
