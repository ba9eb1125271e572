import { afterEach, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { type Bridge, parseFrames, startBridge, until } from '../support/bridge.ts'
import { expectBrokenStream } from '../support/broken-stream.ts'
import { fakeOpencode } from '../support/fake-opencode.ts'
import { busyProcesses, timeUntilGone, timeUntilNoneOf } from '../support/processes.ts'

let bridge: Bridge | undefined

afterEach(async () => {
  await bridge?.close()
  bridge = undefined
})

const messages = [{ role: 'user', content: 'hi' }]

describe('the daemon does not start with an executable that', () => {
  test.each([
    ['is missing', 'no-such-file', 'opencode_not_found', 'there is no such file'],
    ['may not be run', 'not-executable', 'opencode_unusable', 'it is not executable'],
    ['exits with 0 and without output', 'no-version', 'opencode_unusable', 'exit code 0 and no version'],
    ['prints garbage instead of its models', 'only-garbage', 'opencode_unusable', 'it exited with code 0'],
  ])('%s, and says so', async (_name, fake, code, message) => {
    await expect(startFake(fake)).rejects.toMatchObject({ name: 'BridgeError', code, message: expect.stringContaining(message) })
  })

  test('is missing where OPENCODE_BIN leads', async () => {
    await expect(startBridge({ env: { OPENCODE_BIN: '/nowhere/opencode' } })).rejects.toMatchObject({
      code: 'opencode_not_found',
      message: expect.stringContaining('OPENCODE_BIN'),
    })
  })
})

describe('an opencode that breaks with the request', () => {
  test.each([
    ['prints garbage', 'garbage'],
    ['exits with 0 and without output', 'silent'],
  ])('%s: an honest error, streamed and not', async (_name, fake) => {
    bridge = await startFake(fake)
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      error: { type: 'server_error', code: 'process_failed', message: expect.stringContaining('exited with code 0') },
    })
    const streamed = await bridge.chat({ messages, stream: true })
    expect(streamed.status).toBe(502)
    expect(await streamed.json()).toMatchObject({ error: { code: 'process_failed' } })
  })

  test('hangs: a timeout, and it is killed', async () => {
    bridge = await startFake('hangs-after-request', { firstTokenTimeout: 500 })
    const answer = bridge.chat({ messages })
    await until(async () => (await busyProcesses(bridge!)).length === 1)
    const busy = await busyProcesses(bridge)
    const response = await answer
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ error: { code: 'timeout' } })
    await timeUntilGone(busy)
  })

  test('hangs while it is streamed: an error event after the heartbeat', async () => {
    bridge = await startFake('hangs-after-request', { firstTokenTimeout: 500, heartbeatInterval: 100 })
    const response = await bridge.chat({ messages, stream: true })
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).toContain(': keep-alive\n')
    expectBrokenStream(parseFrames(text), 'timeout')
  })
})

describe('an opencode that never becomes ready', () => {
  test('fails the requests that wait for it, is killed, and is not started over and over', async () => {
    bridge = await startFake('never-ready', { startTimeout: 3000, maxSize: 2 })
    expect((await fetch(`${bridge.url}/ready`)).status).toBe(503)
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.json()).toMatchObject({ error: { code: 'process_failed', message: expect.stringContaining('not ready within 3 s') } })
    await timeUntilNoneOf(bridge.home)
    const { pool } = (await bridge.status()).engine
    expect(pool.suspendedFor).toBeGreaterThan(0)
    expect(pool.counters.created).toBeLessThanOrEqual(6)
  })

  test('is not what a resident one could answer with', async () => {
    bridge = await startFake('never-ready', { engine: 'serve' })
    expect((await fetch(`${bridge.url}/ready`)).status).toBe(503)
    expect((await fetch(`${bridge.url}/health`)).status).toBe(200)
  })
})

function startFake(name: string, config: ConfigInput = {}): Promise<Bridge> {
  return startBridge({ config: { binary: fakeOpencode(name), startTimeout: 20_000, minIdle: 1, maxSize: 1, ...config }, warm: name === 'never-ready' ? 0 : 1 })
}
