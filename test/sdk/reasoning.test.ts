import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'
import { anthropic, google, openAiChat, openAiResponses, openAiStored, vercel } from './reasoning-loops.ts'

/**
 * The vendors' own packages on providers as strict as their vendors, two parallel calls and one more: what the model thought
 * comes back to it, however much of it the package sends.
 */

let strict: StrictBridge

beforeAll(async () => {
  // It tells of a provider without schemas on the console.
  globalThis.AI_SDK_LOG_WARNINGS = false
  strict = await startStrictBridge()
})
afterAll(() => strict.close())
beforeEach(() => strict.provider.reset())

const loops = {
  'openai, chat.completions.runTools': openAiChat,
  'openai, responses with nothing stored': openAiResponses,
  'openai, responses by previous_response_id': openAiStored,
  '@anthropic-ai/sdk, toolRunner with thinking': anthropic,
  '@google/genai, chats': google,
  'ai, streamText and generateText with stopWhen': vercel,
}

const models = [
  'strict-deepseek/deepseek-v4-loop',
  'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
  'strict-responses/gpt-5.4-loop',
  'strict-anthropic/claude-sonnet-4-5-loop',
  'strict-gemini/gemini-3-pro-loop',
  'github-copilot/claude-opus-4.8-loop',
  'github-copilot/gemini-3-pro-loop',
]

describe.each(Object.entries(loops))('%s', (_name, run) => {
  describe.each([
    ['whole', false],
    ['streamed', true],
  ])('%s', (_mode, stream) => {
    test.each(models)('%s', async (model) => {
      const { bridge, provider } = strict
      expect(await run({ url: bridge.url, model, stream })).toMatch(/^All done: /)
      expect([provider.violations, provider.losses]).toEqual([[], []])
      const calls = provider.calls.filter(({ method }) => method === 'POST')
      expect(calls).toHaveLength(3)
      const issued = calls.slice(0, -1).flatMap((call) => call.issued)
      // What OpenAI itself keeps under an id needs no token.
      const isStored = run === openAiStored && model === 'strict-responses/gpt-5.4-loop'
      expect(calls.at(-1)!.returned).toHaveLength(isStored ? 0 : issued.length)
    })
  })
})
