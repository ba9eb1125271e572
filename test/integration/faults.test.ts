import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge, until, waitForIdle } from '../support/bridge.ts'
import { expectBrokenStream } from '../support/broken-stream.ts'
import { busyProcesses, timeUntilGone } from '../support/processes.ts'
import { hang, say, stall } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 2, firstTokenTimeout: 4000, tokenTimeout: 3000 } })
})
afterAll(() => bridge.close())
beforeEach(async () => {
  await waitForIdle(bridge, 1)
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user', content: 'hi' }]
const slow = say(
  Array.from({ length: 100 }, (_, index) => `t${index} `),
  { delay: 100 },
)

describe('opencode is killed in the middle of its answer', () => {
  test('streamed: an error event ends the stream, and neither a finish reason nor [DONE]', async () => {
    bridge.upstream.answer(slow)
    const response = await bridge.chat({ messages, stream: true })
    expect(response.status).toBe(200)
    const [pid] = await busyProcesses(bridge)
    process.kill(pid!, 'SIGKILL')
    const frames = parseFrames(await response.text())
    expectBrokenStream(frames, 'process_failed')
    expect(contentOf(frames)).toContain('t0')
    expect(frames.at(-1).error.message).toContain('SIGKILL')
    await expectRecovery()
  })

  test('in one piece: 502', async () => {
    bridge.upstream.answer(slow)
    const answer = bridge.chat({ messages })
    await until(() => bridge.upstream.calls.length === 1)
    const [pid] = await busyProcesses(bridge)
    process.kill(pid!, 'SIGKILL')
    const response = await answer
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { type: 'server_error', code: 'process_failed', message: expect.stringContaining('SIGKILL') } })
    await expectRecovery()
  })
})

describe('the provider hangs', () => {
  test('before the first byte, in one piece: 504, and nothing is left running', async () => {
    bridge.upstream.answer(hang)
    const start = Date.now()
    const answer = bridge.chat({ messages })
    await until(() => bridge.upstream.calls.length === 1)
    const busy = await busyProcesses(bridge)
    expect(busy).toHaveLength(1)
    const response = await answer
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ error: { type: 'server_error', code: 'timeout' } })
    expect(Date.now() - start).toBeGreaterThanOrEqual(4000)
    await expectAllEnded(busy)
  })

  test('before the first byte, streamed: still a 504', async () => {
    bridge.upstream.answer(hang)
    const answer = bridge.chat({ messages, stream: true })
    await until(() => bridge.upstream.calls.length === 1)
    const busy = await busyProcesses(bridge)
    const response = await answer
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ error: { code: 'timeout' } })
    await expectAllEnded(busy)
  })

  test('in the middle of its answer: an error event', async () => {
    bridge.upstream.answer(stall(['begun ']))
    const response = await bridge.chat({ messages, stream: true })
    const busy = await busyProcesses(bridge)
    const frames = parseFrames(await response.text())
    expect(contentOf(frames)).toBe('begun ')
    expectBrokenStream(frames, 'timeout')
    await expectAllEnded(busy)
  })
})

async function expectAllEnded(processes: number[]): Promise<void> {
  expect(processes).toHaveLength(1)
  await timeUntilGone(processes)
  await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
  expect(bridge.upstream.calls).toHaveLength(1)
}

async function expectRecovery(): Promise<void> {
  bridge.upstream.answer(say('recovered'))
  const response = await bridge.chat({ messages })
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'recovered' } }] })
}
