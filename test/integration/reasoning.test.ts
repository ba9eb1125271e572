import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clients } from '../support/agents/clients.ts'
import { runAgent } from '../support/agents/loop.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'

/**
 * Agents of every client's format on providers of every format, as strict as their vendors: two parallel calls, one more,
 * and the end. What the model thought comes back to it in every step.
 */

let strict: StrictBridge

beforeAll(async () => {
  strict = await startStrictBridge()
})
afterAll(() => strict.close())
beforeEach(() => strict.provider.reset())

const providers = [
  'strict-chat/gpt-4.1-loop',
  'strict-deepseek/deepseek-v4-loop',
  'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
  'strict-responses/gpt-5.4-loop',
  'strict-anthropic/claude-sonnet-4-5-loop',
  'strict-anthropic/claude-sonnet-4-5-redacted',
  'strict-anthropic/claude-sonnet-4-5-silent',
  'strict-anthropic/claude-sonnet-4-5-interleaved',
  'strict-gemini/gemini-3-pro-loop',
  'strict-gemini/gemini-3-pro-signed-text',
  'github-copilot/gemini-3-pro-loop',
  'github-copilot/gpt-5.4-loop',
  'github-copilot/claude-opus-4.8-loop',
]

/** In the projects of an engine and of a lane; all of them with `REASONING=all`. */
const few = new Set([
  'Messages streamed strict-anthropic/claude-sonnet-4-5-interleaved',
  'Chat Completions streamed strict-anthropic/claude-sonnet-4-5-redacted',
  'Chat Completions whole strict-openrouter/anthropic/claude-sonnet-4.5-loop',
  'Responses whole github-copilot/gpt-5.4-loop',
  'Gemini streamed strict-gemini/gemini-3-pro-signed-text',
])
const { TEST_LANE, REASONING } = process.env
const isChosen = (cell: string) => TEST_LANE === undefined || REASONING === 'all' || few.has(cell)

const cells = Object.entries(clients).flatMap(([client, create]) =>
  ['whole', 'streamed'].flatMap((mode) => providers.map((model) => ({ cell: `${client} ${mode} ${model}`, create, stream: mode === 'streamed', model }))),
)

test.each(cells.filter(({ cell }) => isChosen(cell)).map((cell) => [cell.cell, cell] as const))('%s', async (_cell, { create, stream, model }) => {
  const { bridge, provider } = strict
  await runAgent(bridge.url, create(), model, stream)
  expect([provider.violations, provider.losses]).toEqual([[], []])
  // All that was issued came back.
  const issued = provider.calls.slice(0, -1).flatMap((call) => call.issued)
  expect(provider.calls.at(-1)!.returned.length).toBe(issued.length)
})
