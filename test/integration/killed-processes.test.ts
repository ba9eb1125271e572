import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { processesOf } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { echo } from '../support/upstream.ts'

/** KILLED_REQUESTS=10000 is the long run. */
const REQUESTS = Number(process.env.KILLED_REQUESTS ?? 1_000)
const CONCURRENCY = 8
const KILL_EVERY = 100
const CANCEL_EVERY = 10

let bridge: Bridge
beforeAll(async () => {
  bridge = await startBridge({ config: { engine: 'auto', maxQueue: 1_000 } })
  bridge.upstream.answer(echo)
})
afterAll(() => bridge.close())

test(
  'of many requests, with a process killed at every hundredth, none hangs and none is crossed with another; nothing is left',
  { timeout: 3_600_000 },
  async () => {
    await ask(0)
    const before = await atRest()
    const outcomes = { answered: 0, failed: 0, cancelled: 0 }
    const engines = new Set<string>()
    let next = 1
    const client = async () => {
      while (next <= REQUESTS) {
        const number = next++
        if (number % KILL_EVERY === 0) await killOne()
        outcomes[await ask(number, engines)]++
        // What is kept of the calls is the upstream's memory, not the daemon's.
        bridge.upstream.calls.length = 0
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, client))
    console.log(`of ${REQUESTS}:`, outcomes, [...engines])
    expect(outcomes.answered + outcomes.failed + outcomes.cancelled).toBe(REQUESTS)
    // A killed process takes no more than what ran in it.
    expect(outcomes.failed).toBeLessThanOrEqual(Math.floor(REQUESTS / KILL_EVERY) * CONCURRENCY)
    expect(engines).toContain('serve')
    expect(await ask(0)).toBe('answered')
    const after = await atRest()
    console.log('before and after:', before, after)
    expect(after.entries).toBeLessThanOrEqual(before.entries)
    expect(after.processes).toBeLessThanOrEqual(before.processes)
    expect(after.descriptors).toBeLessThan(before.descriptors + CONCURRENCY)
  },
)

/** Every request gets its own answer, or the error that says what happened. Half of them are streamed, a tenth are left midway. */
async function ask(number: number, engines?: Set<string>): Promise<'answered' | 'failed' | 'cancelled'> {
  const content = `request ${number}`
  const stream = number % 2 === 0
  const leave = number % CANCEL_EVERY === 4
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(120_000)])
  try {
    const response = await bridge.chat({ messages: [{ role: 'user', content }], stream }, { signal })
    if (leave) {
      await response.body!.getReader().read()
      controller.abort()
      return 'cancelled'
    }
    const text = await response.text()
    if (!response.ok) {
      expect(JSON.parse(text).error.code).toBe('process_failed')
      return 'failed'
    }
    engines?.add(response.headers.get('x-bridge-engine')!)
    // One that breaks off in the stream says so in it.
    if (stream && text.includes('process_failed')) return 'failed'
    expect(stream ? contentOf(parseFrames(text)) : JSON.parse(text).choices[0].message.content).toBe(content)
    return 'answered'
  } catch (error) {
    if (!controller.signal.aborted) throw error
    return 'cancelled'
  }
}

/** The one that has most to do. */
async function killOne(): Promise<void> {
  const { processes } = (await bridge.status()).engine as { processes: { pid: number; requests: number }[] }
  const [busiest] = processes.toSorted((a, b) => b.requests - a.requests)
  if (busiest) process.kill(busiest.pid, 'SIGKILL')
}

/** What there is once it has become quiet. */
async function atRest(): Promise<{ processes: number; entries: number; descriptors: number }> {
  await until(async () => {
    const { pool, processes } = (await bridge.status()).engine
    return pool.acquired === 0 && pool.starting + pool.stopping === 0 && processes.length === 1 && processes.every(({ fresh }: { fresh: boolean }) => fresh)
  }, 120_000)
  // fetch keeps its connections for 4 s.
  await new Promise((resolve) => setTimeout(resolve, 5000))
  const [runtime] = readdirSync(bridge.home).filter((name) => name.startsWith('opencode-bridge-'))
  return {
    processes: processesOf(bridge.home).length,
    entries: readdirSync(`${bridge.home}/${runtime}`).length,
    descriptors: readdirSync('/proc/self/fd').length,
  }
}
