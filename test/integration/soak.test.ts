import { afterAll, beforeAll, expect, test } from 'vitest'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Bridge, startBridge, until, waitForIdle } from '../support/bridge.ts'
import { neededMemory } from '../support/heap.ts'
import { processesOf } from '../support/processes.ts'
import { echo } from '../support/upstream.ts'

/** `SOAK=300` is the whole run, of a quarter of an hour. */
const ROUNDS = Number(process.env.SOAK ?? 6)

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 2, maxSize: 4 } })
  bridge.upstream.answer(echo)
})
afterAll(() => bridge.close())

test(`${ROUNDS} requests in a row leave nothing behind`, { timeout: ROUNDS * 20_000 }, async () => {
  await request(0)
  const first = await measure()
  let third = first
  for (let round = 1; round < ROUNDS; round++) {
    await request(round)
    if (round === Math.floor(ROUNDS / 3)) third = await measure()
  }
  const last = await measure()
  console.log(`after 1, ${Math.floor(ROUNDS / 3) + 1} and ${ROUNDS} requests:`, first, third, last)
  // Two spares, and what watches each.
  expect(last.processes).toBe(4)
  expect(last.descriptors).toBeLessThanOrEqual(first.descriptors)
  expect(last.entries).toBe(first.entries)
  expect((await bridge.status()).engine.pool.counters).toMatchObject({ acquired: ROUNDS, failedStarts: 0, rejected: 0 })
  // Fewer rounds say nothing: the heap is still finding its size.
  if (ROUNDS < 100) return
  expect(last.memory).toBeLessThan(third.memory * 1.2)
  expect(last.resident).toBeLessThan(third.resident * 1.2)
})

async function request(round: number): Promise<void> {
  // Only a warm process is wanted here: what is started for a request in a hurry is another test's.
  await waitForIdle(bridge, 1)
  const content = `round ${round}`
  const response = await bridge.chat({ messages: [{ role: 'user', content }], stream: round % 2 === 1 })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain(content)
  // Only what the next rounds may keep counts.
  bridge.upstream.calls.length = 0
}

/** Once the pool is at rest with its two spares. */
async function measure(): Promise<{ processes: number; descriptors: number; entries: number; memory: number; resident: number }> {
  await until(async () => {
    const { pool } = (await bridge.status()).engine
    return pool.idle === 2 && pool.starting + pool.acquired + pool.stopping === 0
  }, 60_000)
  // fetch keeps its connections for 4 s.
  await new Promise((resolve) => setTimeout(resolve, 5000))
  return {
    processes: processesOf(bridge.home).length,
    descriptors: readdirSync('/proc/self/fd').length,
    entries: runtimeEntries(),
    memory: neededMemory(),
    resident: process.memoryUsage().rss,
  }
}

/** What lies in the runtime folder and in the folders of its temporary files. */
function runtimeEntries(): number {
  return readdirSync(bridge.home)
    .filter((name) => name.startsWith('opencode-bridge-'))
    .flatMap((name) => readdirSync(join(bridge.home, name), { recursive: true, encoding: 'utf8' })).length
}
