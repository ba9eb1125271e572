import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { processStart } from '../../src/system/process-identity.ts'
import { describeThisDaemon, readStates, removeState, writeState } from '../../src/cli/daemon/state-file.ts'
import { useFakeDaemons } from './fake-daemon.ts'
import { finished, useSandbox, type Sandbox } from './sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()
const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function writeRaw(box: Sandbox, port: number, state: object): string {
  const path = join(box.home, 'state', 'opencode-bridge', `daemon-${port}.json`)
  mkdirSync(dirname(path), { recursive: true })
  const secret = 'a-secret-of-at-least-thirty-two-letters'
  writeFileSync(path, JSON.stringify({ url: `http://127.0.0.1:${port}`, port, startedAt: '', version: '0', instance: 'ours', secret, ...state }), {
    mode: 0o600,
  })
  return path
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('the state file', () => {
  test('is private, complete, and removed only by its own daemon', () => {
    const { env, home } = sandbox()
    const state = describeThisDaemon({ url: 'http://127.0.0.1:5555', instance: 'first', secret: 's'.repeat(43) }, '1.2.3')
    writeState(env, state)
    const path = join(home, 'state', 'opencode-bridge', 'daemon-5555.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, instance: 'first', port: 5555, version: '1.2.3' })
    expect(readStates(env)).toEqual([state])

    writeState(env, { ...state, instance: 'second' })
    removeState(env, state)
    expect(readStates(env)).toHaveLength(1)
    removeState(env, { ...state, instance: 'second' })
    expect(readStates(env)).toEqual([])
  })

  test('that is broken counts as none', () => {
    const box = sandbox()
    writeFileSync(writeRaw(box, 5555, {}), '{"pid":')
    writeRaw(box, 5556, { pid: 'one' })
    expect(readStates(box.env)).toEqual([])
  })
})

describe('stop', () => {
  test('without a daemon', async () => {
    const { code, stderr } = await sandbox().run(['stop'])
    expect({ code, stderr }).toMatchObject({ code: exitCodes.notRunning, stderr: expect.stringContaining('no daemon is running') as string })
  })

  test('removes the file of a daemon that is gone', async () => {
    const box = sandbox()
    const gone = box.stranger()
    gone.kill('SIGKILL')
    await once(gone, 'exit')
    const path = writeRaw(box, await freePort(), { pid: gone.pid })
    expect((await box.run(['stop'])).code).toBe(exitCodes.notRunning)
    expect(existsSync(path)).toBe(false)
  })

  test('leaves alone a stranger that reused the pid', async () => {
    const box = sandbox()
    const stranger = box.stranger()
    const path = writeRaw(box, await freePort(), { pid: stranger.pid, processStart: '1' })
    const { code } = await box.run(['stop', '--force'])
    await sleep(100)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    expect(code).toBe(process.platform === 'linux' ? exitCodes.notRunning : exitCodes.failure)
    expect(existsSync(path)).toBe(process.platform !== 'linux')
  })

  test('leaves alone a process of which nothing is known', async () => {
    const box = sandbox()
    const stranger = box.stranger()
    writeRaw(box, await freePort(), { pid: stranger.pid })
    const { code, stderr } = await box.run(['stop', '--force'])
    await sleep(100)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    expect({ code, stderr }).toMatchObject({ code: exitCodes.failure, stderr: expect.stringContaining('left alone') as string })
  })

  test('leaves alone a process when another daemon answers at its address', async () => {
    const box = sandbox()
    const stranger = box.stranger()
    const other = await fake({ instance: 'other', pid: stranger.pid!, imposter: true })
    writeRaw(box, other.port, { pid: stranger.pid, processStart: processStart(stranger.pid!) })
    expect((await box.run(['stop'])).code).toBe(exitCodes.notRunning)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })

  test('ends a daemon that answers with its own name', async () => {
    const box = sandbox()
    const process = box.stranger()
    const daemon = await fake({ instance: 'ours', pid: process.pid! })
    const path = writeRaw(box, daemon.port, { pid: process.pid })
    const exit = once(process, 'exit')
    expect((await box.run(['stop'])).code).toBe(exitCodes.ok)
    expect((await exit)[1]).toBe('SIGTERM')
    expect(existsSync(path)).toBe(false)
  })

  test.runIf(process.platform === 'linux')('ends a daemon that hangs, since it started when its file says', async () => {
    const box = sandbox()
    const hung = box.stranger()
    writeRaw(box, await freePort(), { pid: hung.pid, processStart: processStart(hung.pid!) })
    const exit = once(hung, 'exit')
    expect((await box.run(['stop'])).code).toBe(exitCodes.ok)
    expect((await exit)[1]).toBe('SIGTERM')
  })

  test('asks which, when several run', async () => {
    const box = sandbox()
    writeRaw(box, 5555, { pid: 1 })
    writeRaw(box, 5556, { pid: 1 })
    const { code, stderr } = await box.run(['stop'])
    expect({ code, stderr }).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('5555, 5556') as string })
  })
})

describe('status', () => {
  test('without a daemon', async () => {
    expect((await sandbox().run(['status', '--port', String(await freePort())])).code).toBe(exitCodes.notRunning)
  })

  test('for people', async () => {
    const daemon = await fake()
    const { code, stdout } = await sandbox().run(['status', '--port', String(daemon.port)])
    expect(code).toBe(exitCodes.ok)
    for (const text of [
      '!! PLAIN MODE',
      'the plugin did not load',
      '2 idle, 1 starting, 1 busy',
      '4711  idle   0         12 s  150 MB',
      'req-1',
      '5 total, 1 failed, 2 cancelled',
      'up 1 m 5 s',
    ]) {
      expect(stdout).toContain(text)
    }
  })

  test('as JSON, with a key', async () => {
    const daemon = await fake({ key: 'sesame-street' })
    const args = ['status', '--json', '--port', String(daemon.port)]
    const { stdout } = await sandbox().run(args, { env: { OPENCODE_BRIDGE_API_KEY: 'sesame-street' } })
    expect(JSON.parse(stdout)).toMatchObject({ engine: { mode: 'plain' }, requests: { total: 5 } })
    const refused = await sandbox().run(args)
    expect(refused).toMatchObject({ code: exitCodes.failure, stdout: '' })
    expect(refused.stderr).toBe('opencode-bridge: Incorrect API key provided.\nhint: set OPENCODE_BRIDGE_API_KEY to a key of the daemon\n')
  })

  test('--watch goes on until Ctrl-C', async () => {
    const daemon = await fake()
    const child = sandbox().start(['status', '--watch', '--port', String(daemon.port)])
    const result = finished(child)
    await once(child.stdout!, 'data')
    await once(child.stdout!, 'data')
    child.kill('SIGINT')
    expect((await result).code).toBe(exitCodes.interrupted)
  })

  test('finds a daemon on another port by its file', async () => {
    const box = sandbox()
    const daemon = await fake({ instance: 'ours' })
    writeRaw(box, daemon.port, { pid: process.pid })
    // Nothing of ours must answer on the default port of this machine.
    const env = { OPENCODE_BRIDGE_HOST: '127.0.0.77' }
    expect((await box.run(['status'], { env })).code).toBe(exitCodes.ok)
  })
})

test('models prints ids and nothing else', async () => {
  const daemon = await fake()
  expect(await sandbox().run(['models', '--port', String(daemon.port)])).toMatchObject({ code: 0, stdout: 'a/one\nb/two/three\n', stderr: '' })
  const some = await sandbox().run(['models', 'TWO', 'b/', '--port', String(daemon.port)])
  expect(some).toMatchObject({ code: 0, stdout: 'b/two/three\n' })
  const none = await sandbox().run(['models', 'four', '--port', String(daemon.port)])
  expect(none).toMatchObject({ code: exitCodes.failure, stdout: '', stderr: expect.stringContaining('none of 2 models has "four" in its name') as string })
  const { stdout } = await sandbox().run(['models', '--json', '--port', String(daemon.port)])
  expect(JSON.parse(stdout)).toMatchObject({ object: 'list', data: [{ id: 'a/one' }, { id: 'b/two/three' }] })
})
