import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chatAgent } from '../support/agents/chat.ts'
import { geminiAgent } from '../support/agents/gemini.ts'
import { runAgent } from '../support/agents/loop.ts'
import { messagesAgent } from '../support/agents/messages.ts'
import { responsesAgent } from '../support/agents/responses.ts'
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

const clients = { 'Chat Completions': chatAgent, Responses: responsesAgent, Messages: messagesAgent, Gemini: geminiAgent }

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

describe.each(Object.entries(clients))('%s', (_name, create) => {
  describe.each([
    ['whole', false],
    ['streamed', true],
  ])('%s', (_mode, stream) => {
    // A message of Chat Completions has no place for what came between two thoughts.
    const able = providers.filter((model) => create !== chatAgent || !model.endsWith('-interleaved'))
    test.each(able)('%s', async (model) => {
      const { bridge, provider } = strict
      await runAgent(bridge.url, create(), model, stream)
      expect([provider.violations, provider.losses]).toEqual([[], []])
      // All that was issued came back.
      const issued = provider.calls.slice(0, -1).flatMap((call) => call.issued)
      expect(provider.calls.at(-1)!.returned.length).toBe(issued.length)
    })
  })
})
