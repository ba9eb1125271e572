import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { neededMemory } from '../support/heap.ts'
import { chunkFrame } from '../../src/demo/model-server.ts'
import { lookInto } from '../support/worker.ts'

/** DIRECT_SOAK=20000 is the long run. */
const REQUESTS = Number(process.env.DIRECT_SOAK ?? 600)
const CONCURRENCY = 32
/** Every so manieth is left midway. */
const LEFT_EVERY = 10

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { engine: 'serve', maxQueue: 1000 } })
  bridge.upstream.answer(async ({ response, body, signal }) => {
    const words = `${body.messages[0].content} `.repeat(20).match(/\S+\s/g)!
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [index, content] of words.entries()) {
      if (signal.aborted) return
      response.write(chunkFrame(body.model, { delta: { ...(index === 0 && { role: 'assistant' }), content } }))
      if (index % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    response.end(`${chunkFrame(body.model, { finishReason: 'stop' })}data: [DONE]\n\n`)
  })
})
afterAll(() => bridge.close())

test('one worker passes many on, none crossed, and does not grow', { timeout: 900_000 }, async () => {
  await askMany(Math.floor(REQUESTS / 3))
  const warm = await measure()
  await askMany(REQUESTS)
  const last = await measure()
  console.log(`after ${Math.floor(REQUESTS / 3)} and ${REQUESTS} more requests, a tenth of them left midway:`, warm, last)
  expect(last.pid).toBe(warm.pid)
  // Idle connections are kept for some seconds, at both of their ends in this process.
  await expect.poll(() => descriptors()).toBeLessThan(warm.daemonDescriptors + CONCURRENCY)
  expect(last.descriptors).toBeLessThan(warm.descriptors + 2 * CONCURRENCY)
  bridge.upstream.calls.length = 0
  if (REQUESTS < 5000) return
  expect(last.memory).toBeLessThan(warm.memory * 1.4)
  expect(last.daemonMemory).toBeLessThan(warm.daemonMemory * 1.2)
})

async function askMany(count: number): Promise<void> {
  let next = 0
  const client = async () => {
    while (next < count) await ask(next++)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, client))
}

/** Each has a nonce of its own, which its answer repeats. */
async function ask(number: number): Promise<void> {
  const nonce = randomUUID()
  const leaving = new AbortController()
  const response = await bridge.chat(
    {},
    { body: JSON.stringify({ model: 'test/model', messages: [{ role: 'user', content: nonce }], stream: true }), signal: leaving.signal },
  )
  expect(response.status).toBe(200)
  expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
  if (number % LEFT_EVERY === 0) {
    const { value } = await response.body!.getReader().read()
    expect(Buffer.from(value!).toString()).toContain(nonce)
    leaving.abort()
    return
  }
  expect(contentOf(parseFrames(await response.text()))).toBe(`${nonce} `.repeat(20))
}

/** Of this process. */
const descriptors = () => readdirSync('/proc/self/fd').length

/** The worker and this process, which the daemon runs in. What the test recorded of both ends is forgotten. */
async function measure() {
  for (const kept of [bridge.logged, bridge.records, bridge.upstream.calls]) kept.length = 0
  const [{ pid, memory }] = (await bridge.status()).engine.processes
  const { descriptors: ofWorker } = lookInto(pid)
  return { pid, descriptors: ofWorker, memory, daemonDescriptors: descriptors(), daemonMemory: neededMemory() }
}
