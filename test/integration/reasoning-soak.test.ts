import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatAgent } from '../support/agents/chat.ts'
import { forgetful } from '../support/agents/forgetful.ts'
import { geminiAgent } from '../support/agents/gemini.ts'
import { runAgent } from '../support/agents/loop.ts'
import { messagesAgent } from '../support/agents/messages.ts'
import { responsesAgent } from '../support/agents/responses.ts'
import { settledMemory } from '../support/heap.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'

/** REASONING_SOAK=2000 is the long run. */
const LOOPS = Number(process.env.REASONING_SOAK ?? 60)
const CONCURRENCY = 8
/** Far less than the loops leave behind. */
const BOUNDS = { maxReasoningBytes: 256 * 1024, maxReasoningEntries: 300 }

const clients = [chatAgent, geminiAgent, messagesAgent, responsesAgent]
const models = [
  'strict-anthropic/claude-sonnet-4-5-loop',
  'strict-gemini/gemini-3-pro-loop',
  'strict-responses/gpt-5.4-loop',
  'strict-deepseek/deepseek-v4-loop',
  'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
]

let strict: StrictBridge

beforeAll(async () => {
  strict = await startStrictBridge({ ...BOUNDS, maxQueue: 1000 })
})
afterAll(() => strict.close())

test('the memory stays within its bounds, and the daemon does not grow with it', { timeout: 3_600_000 }, async () => {
  await runMany(0, Math.floor(LOOPS / 3))
  const warm = await measure()
  await runMany(LOOPS, LOOPS)
  const last = await measure()
  console.log(`after ${Math.floor(LOOPS / 3)} and ${LOOPS} more loops of three requests:`, warm, last)
  // None of it is left over from a time before.
  expect(last.entries).toBeGreaterThan(BOUNDS.maxReasoningEntries / 3)
  if (LOOPS < 1000) return
  expect(last.memory).toBeLessThan(warm.memory * 1.1)
})

async function runMany(start: number, count: number): Promise<void> {
  let next = start
  const client = async () => {
    while (next < start + count) await runOne(next++)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, client))
}

/** Every client with every model, two of three forgetful; each conversation is another. */
async function runOne(number: number): Promise<void> {
  const create = clients[number % clients.length]!
  const agent = number % 3 === 0 ? create() : forgetful(create())
  agent.say(`Loop ${number}`)
  const model = models[Math.floor(number / clients.length) % models.length]!
  expect(await runAgent(strict.bridge.url, agent, model, number % 2 === 0)).toMatch(/^All done: /)
  const { entries, bytes } = (await strict.bridge.status()).reasoning
  expect(entries).toBeLessThanOrEqual(BOUNDS.maxReasoningEntries)
  expect(bytes).toBeLessThanOrEqual(BOUNDS.maxReasoningBytes)
}

/** This process, which the daemon runs in, after a collection; the provider forgets all that it knew of. */
async function measure() {
  const { provider, bridge } = strict
  expect([provider.violations, provider.losses]).toEqual([[], []])
  provider.forget()
  // What the test itself keeps.
  for (const kept of [bridge.logged, bridge.records, bridge.upstream.calls]) kept.length = 0
  return { memory: await settledMemory(), ...(await bridge.status()).reasoning }
}
