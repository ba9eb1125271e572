import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clients } from '../support/agents/clients.ts'
import { runStep } from '../support/agents/loop.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'

/**
 * Conversations whose steps take one lane and then another, each way between any two. What the model thought is kept in
 * another form in each of them.
 */

let strict: StrictBridge

beforeAll(async () => {
  strict = await startStrictBridge()
})
afterAll(() => strict.close())
beforeEach(() => strict.provider.reset())

const models = [
  'strict-deepseek/deepseek-v4-loop',
  'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
  'strict-responses/gpt-5.4-loop',
  'strict-anthropic/claude-sonnet-4-5-loop',
  'strict-anthropic/claude-sonnet-4-5-redacted',
  'strict-anthropic/claude-sonnet-4-5-interleaved',
  'strict-gemini/gemini-3-pro-loop',
  'strict-gemini/gemini-3-pro-signed-text',
  'github-copilot/gemini-3-pro-loop',
  'github-copilot/gpt-5.4-loop',
  'github-copilot/claude-opus-4.8-loop',
]

const LANES = ['auto', 'session', 'translated', 'auto', 'translated', 'session', 'auto']

describe.each(Object.entries(clients))('%s', (client, create) => {
  test.each(models)('%s', async (model) => {
    const { bridge, provider } = strict
    const agent = create()
    for (const lane of LANES) {
      const { calls } = await runStep(bridge.url, agent, model, { stream: true, headers: { 'x-bridge-lane': lane } })
      if (calls.length === 0) agent.say('And now?')
    }
    // Of the text that ends a turn, Google's token would be the last block of a message, which Anthropic's clients refuse.
    const isWanted = ({ rule, turn }: { rule: string; turn?: string }) => client !== 'Messages' || rule !== 'gemini/signature-lost' || turn === 'current'
    expect([provider.violations, provider.losses.filter(isWanted)]).toEqual([[], []])
  })
})
