import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'
import { readCall, runOpencode } from '../support/strict/run-opencode.ts'
import { nonceOf } from '../support/strict/scripts.ts'

// A cold start of 3 CPU seconds for each, two of them in one, on a machine that may be busy.
vi.setConfig({ testTimeout: 360_000 })

let provider: StrictProvider

beforeEach(async () => {
  provider = await startStrictProvider({ call: readCall })
})

afterEach(() => provider.close())

/** Calls of the model, without lists and logins. */
const modelCalls = () => provider.calls.filter(({ body }) => body?.model !== undefined || body?.contents !== undefined)

const rulesOf = (list: readonly { rule: string }[]) => [...new Set(list.map(({ rule }) => rule))]

describe('plain `opencode run` ends the loop of each wire, and every token comes back', () => {
  test.each<[model: string, variant?: string]>([
    ['strict-chat/gpt-4.1-loop'],
    ['strict-deepseek/deepseek-v4-loop'],
    ['strict-openrouter/anthropic/claude-sonnet-4.5-loop'],
    ['strict-openrouter/google/gemini-3-pro-loop'],
    ['strict-responses/gpt-5.4-interleaved'],
    ['strict-anthropic/claude-sonnet-4-5-redacted'],
    ['strict-anthropic/claude-sonnet-4-5-silent'],
    ['strict-anthropic/claude-sonnet-4-5-interleaved'],
    ['strict-anthropic-adaptive/claude-fable-5-1-loop'],
    ['strict-gemini/gemini-3-pro-loop'],
    ['github-copilot/claude-sonnet-4.5-loop', 'high'],
    ['github-copilot/claude-opus-4.8-loop', 'high'],
    ['github-copilot/gemini-3-pro-loop'],
  ])('%s', async (model, variant) => {
    const run = await runOpencode(provider, model, variant === undefined ? {} : { variant })
    expect(provider.violations).toEqual([])
    expect(provider.losses).toEqual([])
    expect({ exitCode: run.exitCode, text: run.text }).toEqual({ exitCode: 0, text: `All done: ${nonceOf(run.results.toSorted())}` })
    const calls = modelCalls()
    expect(calls).toHaveLength(model.endsWith('interleaved') ? 2 : 3)
    expect(calls.at(-1)!.returned).toEqual(calls.slice(0, -1).flatMap(({ issued }) => issued))
  })
})

describe('what plain `opencode run` loses without a refusal', () => {
  test.each([
    // Its own SDK for Copilot keeps reasoning by its item's id, which opencode takes away as nothing is stored.
    ['github-copilot/gpt-5.4-loop', 'copilot-responses/reasoning-lost'],
    // The AI SDK passes over a delta without text, signature and all.
    ['strict-gemini/gemini-3-pro-signed-text', 'gemini/signature-lost'],
  ])('%s', async (model, rule) => {
    const run = await runOpencode(provider, model)
    expect({ exitCode: run.exitCode, text: run.text }).toEqual({ exitCode: 0, text: `All done: ${nonceOf(run.results.toSorted())}` })
    expect([provider.violations, rulesOf(provider.losses)]).toEqual([[], [rule]])
  })
})

describe("logins that know their vendors' addresses by heart", () => {
  test("ChatGPT's is refreshed once, and its new token kept for the next run", async () => {
    const run = await runOpencode(provider, 'openai/gpt-5.5-loop', { expired: true, next: 'Again' })
    expect([run.exitCode, provider.violations, provider.losses, provider.oauth.refreshes]).toEqual([0, [], [], 1])
    const calls = modelCalls()
    expect(calls).toHaveLength(6)
    expect(new Set(calls.map(({ host, headers }) => `${host} ${headers.authorization}`))).toEqual(new Set([`chatgpt.com Bearer ${provider.oauth.accessToken}`]))
  })

  test("Copilot's says who asks, a person or an agent", async () => {
    await runOpencode(provider, 'github-copilot/gpt-4.1-loop')
    expect(modelCalls().map(({ host, path, headers }) => [host, path, headers['x-initiator']])).toEqual([
      ['api.githubcopilot.com', '/chat/completions', 'user'],
      ['api.githubcopilot.com', '/chat/completions', 'agent'],
      ['api.githubcopilot.com', '/chat/completions', 'agent'],
    ])
  })
})
