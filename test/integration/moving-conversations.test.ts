import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clients } from '../support/agents/clients.ts'
import { runAgent, runStep } from '../support/agents/loop.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'
import type { StrictCall } from '../support/strict/provider.ts'

/**
 * Conversations that go from one model to another and back. Each vendor refuses a token of another's, whatever field it
 * stands in: it is left out there, and is back where it belongs.
 */

let strict: StrictBridge

beforeAll(async () => {
  strict = await startStrictBridge({}, { tag: 'b' })
})
afterAll(() => strict.close())
beforeEach(() => strict.provider.reset())

const pairs: [one: string, other: string][] = [
  // Of one format, and so with tokens in the very fields that both have.
  ['strict-anthropic/claude-sonnet-4-5-loop', 'strict-anthropic/claude-haiku-4-5-loop'],
  ['strict-anthropic/claude-sonnet-4-5-redacted', 'strict-anthropic-b/claude-sonnet-4-5-loop'],
  ['strict-gemini/gemini-3-pro-loop', 'strict-gemini/gemini-3-flash-loop'],
  ['strict-gemini/gemini-3-pro-loop', 'strict-gemini-b/gemini-3-pro-signed-text'],
  ['strict-responses/gpt-5.4-loop', 'strict-responses/gpt-5.5-loop'],
  ['strict-responses/gpt-5.4-loop', 'strict-responses-b/gpt-5.4-loop'],
  ['strict-responses/gpt-5.4-loop', 'github-copilot/gpt-5.4-loop'],
  ['strict-openrouter/anthropic/claude-sonnet-4.5-loop', 'strict-openrouter/google/gemini-3-pro-loop'],
  ['strict-openrouter/openai/gpt-5.4-loop', 'strict-openrouter-b/openai/gpt-5.4-loop'],
  ['strict-deepseek/deepseek-v4-loop', 'strict-deepseek/kimi-k2-loop'],
  ['strict-deepseek/deepseek-v4-loop', 'strict-openrouter/anthropic/claude-sonnet-4.5-loop'],
  ['strict-deepseek/deepseek-v4-loop', 'strict-chat/gpt-4.1-loop'],
  ['github-copilot/gemini-3-pro-loop', 'strict-deepseek/deepseek-v4-loop'],
  // Of two.
  ['strict-anthropic/claude-sonnet-4-5-loop', 'strict-gemini/gemini-3-pro-loop'],
  ['strict-anthropic/claude-sonnet-4-5-loop', 'strict-responses/gpt-5.4-loop'],
  ['strict-gemini/gemini-3-pro-loop', 'strict-openrouter/google/gemini-3-pro-loop'],
  ['strict-responses/gpt-5.4-loop', 'strict-deepseek/deepseek-v4-loop'],
]

describe.each(Object.entries(clients))('%s', (name, create) => {
  test.each(pairs)('%s and %s, turn by turn', async (one, other) => {
    const { bridge, provider } = strict
    const agent = create()
    for (const model of [one, other, one, other]) {
      expect(await runAgent(bridge.url, agent, model, true)).toMatch(/^All done: /)
      agent.say('And now?')
    }
    expect(provider.violations).toEqual([])
    for (const model of [one, other])
      expectBack(
        provider.calls.filter((call) => isOf(call, model)),
        name,
      )
  })

  test.each(pairs)('%s and %s, in the middle of a turn', async (one, other) => {
    const { bridge, provider } = strict
    const agent = create()
    for (const model of [one, other, one, other]) {
      const { calls } = await runStep(bridge.url, agent, model, { stream: false })
      if (calls.length === 0) agent.say('And now?')
    }
    expect(provider.violations).toEqual([])
  })
})

/**
 * All that a model gave came back to it in its last call, but for what is of an answer without calls and is not wanted back
 * (DeepSeek), or would be the last block of a message (the token of Google's text).
 */
function expectBack(calls: readonly StrictCall[], client: string): void {
  const last = calls.at(-1)!
  // A text that Google signs ends the turn at its second step, what else there is at its third.
  const endsTurn = ({ path }: StrictCall, index: number) => index === (path.includes('signed-text') ? 1 : 2)
  const isUnwanted = (call: StrictCall) => call.wire === 'deepseek' || (client === 'Messages' && call.wire === 'gemini')
  const issued = calls.slice(0, -1).flatMap((call, index) => (isUnwanted(call) && endsTurn(call, index) ? [] : call.issued))
  expect(issued.filter((token) => !last.returned.includes(token))).toEqual([])
}

/** Google's has its model in the address. */
function isOf({ provider, body, path }: StrictCall, id: string): boolean {
  const [name, ...rest] = id.split('/')
  const owner = name!.replace(/^(strict|github)-/, '').replace(/-b$/, '~b')
  return provider === owner && (body?.model === rest.join('/') || path.includes(`models/${rest.join('/')}:`))
}
