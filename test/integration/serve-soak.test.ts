import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { neededMemory } from '../support/heap.ts'
import { until } from '../support/until.ts'
import { echo } from '../support/upstream.ts'
import { lookInto } from '../support/worker.ts'

/** SERVE_SOAK=1000 is the long run; a worker is killed after every hundredth request, and at least twice. */
const REQUESTS = Number(process.env.SERVE_SOAK ?? 64)
const CONCURRENCY = 16
const KILL_EVERY = Math.min(100, Math.floor(REQUESTS / 2))
const TIMEOUT = { timeout: 900_000 }

/** One more than a worker keeps loaded beside those in use, so that some are unloaded and come back. */
const TOOL_SETS = 9
/** Requests with tools among those without. */
const TOOLS_EVERY = 8

let bridge: Bridge

beforeEach(async () => {
  bridge = await startBridge({ config: { engine: 'serve', maxQueue: 1000 } })
  bridge.upstream.answer(echo)
})
afterEach(() => bridge.close())

test('resident workers that are killed fail their own requests only, and leave nothing behind', TIMEOUT, async () => {
  await askMany(0, CONCURRENCY)
  const before = await measure()
  const outcomes = await askMany(CONCURRENCY, REQUESTS, async (number) => {
    if (number % KILL_EVERY === 0) await killWorkers()
  })
  console.log(`${outcomes.answered} answered, ${outcomes.failed} honest errors of ${REQUESTS}`)
  expect(outcomes.answered + outcomes.failed).toBe(REQUESTS)
  // A killed worker takes no more than what ran in it, and what came before the next was there.
  expect(outcomes.failed).toBeLessThanOrEqual(Math.ceil(REQUESTS / KILL_EVERY) * CONCURRENCY)
  // The last that was started is looked into once it answers.
  expect(await ask(0)).toBe('answered')
  const after = await measure()
  console.log('before and after the kills:', before, after)
  expect(after).toMatchObject({ entries: before.entries })
  expect(after.daemonDescriptors).toBeLessThan(before.daemonDescriptors + CONCURRENCY)
})

test('a resident worker does not grow', TIMEOUT, async () => {
  await askMany(0, Math.floor(REQUESTS / 3))
  const warm = await measure()
  expect(await askMany(Math.floor(REQUESTS / 3), REQUESTS)).toMatchObject({ failed: 0 })
  const last = await measure()
  console.log(`after ${Math.floor(REQUESTS / 3)} and ${REQUESTS} more requests:`, warm, last)
  expect(last).toMatchObject({ pid: warm.pid, entries: warm.entries })
  expect(last.daemonDescriptors).toBeLessThan(warm.daemonDescriptors + CONCURRENCY)
  // Fewer requests say nothing: the heaps are still finding their sizes, and opencode, which calls its own API over HTTP,
  // keeps both ends of as many connections as were ever busy at once.
  if (REQUESTS < 1000) return
  expect(last.descriptors).toBeLessThan(warm.descriptors + 2 * CONCURRENCY)
  // opencode's moves by a third from one collection to the next.
  expect(last.memory).toBeLessThan(warm.memory * 1.4)
  expect(last.daemonMemory).toBeLessThan(warm.daemonMemory * 1.2)
})

/** Asks `count` requests, as many at a time as are to be; numbers them from `first` on. */
async function askMany(first: number, count: number, before: (number: number) => Promise<void> = async () => {}) {
  const outcomes = { answered: 0, failed: 0 }
  let next = first
  const client = async () => {
    while (next < first + count) {
      const number = next++
      await before(number)
      outcomes[await ask(number)]++
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, client))
  return outcomes
}

/** Every request gets its own answer, or the error that says what happened. */
async function ask(number: number): Promise<'answered' | 'failed'> {
  const content = `request ${number}`
  const tools = number % TOOLS_EVERY === 0 ? [{ type: 'function', function: { name: `tool${(number / TOOLS_EVERY) % TOOL_SETS}` } }] : undefined
  const response = await bridge.chat({ messages: [{ role: 'user', content }], tools }, { signal: AbortSignal.timeout(120_000) })
  const body = (await response.json()) as any
  if (!response.ok) {
    expect(body.error.code).toBe('process_failed')
    return 'failed'
  }
  expect(body.choices[0].message.content).toBe(content)
  return 'answered'
}

async function killWorkers(): Promise<void> {
  const { processes } = (await bridge.status()).engine
  for (const { pid } of processes) process.kill(pid, 'SIGKILL')
}

/** What is there once nothing is asked any more, of the daemon in this process and of its one worker. */
async function measure() {
  // Only what the next requests may keep counts.
  bridge.upstream.calls.length = 0
  await until(async () => (await bridge.status()).engine.pool.acquired === 0)
  const { processes } = (await bridge.status()).engine
  expect(processes).toHaveLength(1)
  const [{ pid }] = processes
  // fetch keeps its connections for 4 s.
  await new Promise((resolve) => setTimeout(resolve, 5000))
  return {
    pid: pid as number,
    ...lookInto(pid),
    daemonDescriptors: readdirSync('/proc/self/fd').length,
    // Last, for it holds a file open for a moment.
    memory: (await bridge.status()).engine.processes[0].memory as number,
    daemonMemory: neededMemory(),
    daemonResident: process.memoryUsage().rss,
    entries: runtimeFolders(),
  }
}

/** A worker's own folder goes with it. */
function runtimeFolders(): number {
  const [runtime] = readdirSync(bridge.home).filter((name) => name.startsWith('opencode-bridge-'))
  return readdirSync(`${bridge.home}/${runtime}`).length
}
