import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chatAgent } from '../support/agents/chat.ts'
import { forgetful } from '../support/agents/forgetful.ts'
import { geminiAgent } from '../support/agents/gemini.ts'
import { runAgent } from '../support/agents/loop.ts'
import { messagesAgent } from '../support/agents/messages.ts'
import { responsesAgent } from '../support/agents/responses.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'

/**
 * Agents that send back texts and calls alone, on providers as strict as their vendors: what the model thought comes back
 * to it from the bridge's memory, in every step and in its place.
 */

const clients = { 'Chat Completions': chatAgent, Responses: responsesAgent, Messages: messagesAgent, Gemini: geminiAgent }

const providers = [
  'strict-chat/gpt-4.1-loop',
  'strict-deepseek/deepseek-v4-loop',
  'strict-deepseek/kimi-k2-loop',
  'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
  'strict-openrouter/google/gemini-3-pro-loop',
  'strict-responses/gpt-5.4-loop',
  'strict-responses/gpt-5.4-interleaved',
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

const modes: [string, boolean][] = [
  ['whole', false],
  ['streamed', true],
]

let strict: StrictBridge

describe('with a memory', () => {
  beforeAll(async () => {
    strict = await startStrictBridge()
  })
  afterAll(() => strict.close())
  beforeEach(() => strict.provider.reset())

  describe.each(Object.entries(clients))('%s', (_name, create) => {
    describe.each(modes)('%s', (_mode, stream) => {
      test.each(providers)('%s', async (model) => {
        const { bridge, provider } = strict
        await runAgent(bridge.url, forgetful(create()), model, stream)
        expect([provider.violations, provider.losses]).toEqual([[], []])
        const issued = provider.calls.slice(0, -1).flatMap((call) => call.issued)
        expect(provider.calls.at(-1)!.returned.length).toBe(issued.length)
      })
    })
  })
})

describe('without one', () => {
  beforeAll(async () => {
    strict = await startStrictBridge({ maxReasoningBytes: 0 })
  })
  afterAll(() => strict.close())
  beforeEach(() => strict.provider.reset())

  /** Its vendor has no word for a signature that is lost. */
  const able = providers.filter((model) => model !== 'github-copilot/gemini-3-pro-loop')

  describe.each(Object.entries(clients))('%s', (_name, create) => {
    describe.each(modes)('%s', (_mode, stream) => {
      test.each(able)('%s', async (model) => {
        const { bridge, provider } = strict
        expect(await runAgent(bridge.url, forgetful(create()), model, stream)).toMatch(/^All done: /)
        expect(provider.violations).toEqual([])
        expect(provider.calls.at(-1)!.returned).toEqual([])
      })
    })
  })
})
