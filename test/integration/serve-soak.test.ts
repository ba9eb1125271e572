import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { echo } from '../support/upstream.ts'
import { until } from '../support/until.ts'

/** SERVE_SOAK=1000 is the long run; a worker is killed after every hundredth request, and at least twice. */
const REQUESTS = Number(process.env.SERVE_SOAK ?? 120)
const CONCURRENCY = 16
const KILL_EVERY = Math.min(100, Math.floor(REQUESTS / 3))

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { engine: 'serve', maxQueue: 1000 } })
  bridge.upstream.answer(echo)
})
afterAll(() => bridge.close())

test('resident workers that are killed fail their own requests only, and leave nothing behind', { timeout: 900_000 }, async () => {
  const outcomes = { answered: 0, failed: 0 }
  let sent = 0
  const client = async () => {
    while (sent < REQUESTS) {
      const number = sent++
      if (number > 0 && number % KILL_EVERY === 0) await killWorker()
      await ask(number)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, client))
  console.log(`${outcomes.answered} answered, ${outcomes.failed} honest errors of ${REQUESTS}`)
  expect(outcomes.answered + outcomes.failed).toBe(REQUESTS)
  // A killed worker takes no more than what ran in it, and what came before the next was there.
  expect(outcomes.failed).toBeLessThanOrEqual(Math.ceil(REQUESTS / KILL_EVERY) * CONCURRENCY)
  await until(async () => (await bridge.status()).engine.pool.acquired === 0)
  expect((await bridge.status()).engine.processes).toHaveLength(1)

  async function ask(number: number): Promise<void> {
    const text = `request ${number}`
    const response = await bridge.chat({ messages: [{ role: 'user', content: text }] }, { signal: AbortSignal.timeout(120_000) })
    const body = (await response.json()) as any
    if (response.ok) {
      expect(body.choices[0].message.content).toBe(text)
      outcomes.answered++
    } else {
      expect(body.error.code).toBe('process_failed')
      outcomes.failed++
    }
  }
})

async function killWorker(): Promise<void> {
  const { processes } = (await bridge.status()).engine
  for (const { pid } of processes) process.kill(pid, 'SIGKILL')
}
