import { connect } from 'node:net'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { chunkFrame } from '../../src/demo/model-server.ts'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { processesOf } from '../support/processes.ts'
import type { Script } from '../support/upstream.ts'

let bridge: Bridge
afterEach(() => bridge.close())

const TOTAL = 300 * 1024 * 1024

/** What is sent between two pauses of a millisecond; some 50 MB in a second. As fast as it goes, the socket would outrun every thread. */
const BURST = 64 * 1024

/** Sends as fast as it is taken, at that speed at the most, and counts. */
function flood(onSent: (bytes: number) => void): Script {
  return async ({ response, body, signal }) => {
    const aborted = once(signal, 'abort')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let sent = 0; sent < TOTAL && !signal.aborted;) {
      const piece = chunkFrame(body.model, { delta: { role: 'assistant', content: 'x'.repeat(BURST) } })
      sent += piece.length
      onSent(sent)
      if (!response.write(piece)) await Promise.race([once(response, 'drain'), aborted])
      await setTimeout(1)
    }
    response.end(`${chunkFrame(body.model, { finishReason: 'stop' })}data: [DONE]\n\n`)
  }
}

/** Resident bytes of the largest of the bridge's processes. */
function largest(home: string): number {
  return Math.max(0, ...processesOf(home).map(memoryOf))
}

function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

describe.runIf(process.platform === 'linux')('a client that reads nothing of 300 MB', { timeout: 240_000 }, () => {
  test('ends its call, on engine serve in the lane auto, and its place is free', () => expectEnd('serve', 'auto'))

  test.each([
    ['run', 'auto'],
    ['serve', 'session'],
  ] as const)('ends its call, on engine %s in the lane %s, and its place is free', { tags: 'long' }, expectEnd)

  async function expectEnd(engine: 'run' | 'serve', lane: 'auto' | 'session'): Promise<void> {
    bridge = await startBridge({ config: { engine, lane, maxSize: 1, minIdle: 1, workerConcurrency: 1, clientTimeout: 20_000 } })
    const { upstream, home, url } = bridge
    let sent = 0
    let ended = false
    const script = flood((bytes) => (sent = bytes))
    upstream.answer(async (call, number) => {
      call.signal.addEventListener('abort', () => (ended = true))
      await script(call, number)
    })
    const before = largest(home)
    const body = JSON.stringify({ model: 'test/model', stream: true, messages: [{ role: 'user', content: 'hi' }] })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pause()
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    let peak = 0
    await until(() => {
      peak = Math.max(peak, largest(home))
      return ended
    }, 120_000)
    console.log(`${engine}, ${lane}: ${Math.round(sent / 2 ** 20)} MB were sent, and the process grew by ${Math.round((peak - before) / 2 ** 20)} MB`)
    expect(sent).toBeLessThan(TOTAL / 2)
    await until(async () => (await bridge.status()).engine.pool.acquired === 0, 60_000)
    upstream.answer(
      ({ response, body: asked }) =>
        void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(`${chunkFrame(asked.model, { delta: { role: 'assistant', content: 'served' }, finishReason: 'stop' })}data: [DONE]\n\n`),
    )
    expect((await bridge.chat({ messages: [{ role: 'user', content: 'hi' }] })).status).toBe(200)
    socket.destroy()
  }
})
