import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chatAgent } from '../support/agents/chat.ts'
import { bare, forgetful } from '../support/agents/forgetful.ts'
import { geminiAgent } from '../support/agents/gemini.ts'
import { type Agent, runAgent, runStep } from '../support/agents/loop.ts'
import { messagesAgent } from '../support/agents/messages.ts'
import { responsesAgent } from '../support/agents/responses.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'
import { type StrictCall, startStrictProvider } from '../support/strict/provider.ts'
import type { CallChooser } from '../support/strict/scripts.ts'

/** The memory of what was thought: whose it is, what becomes of its loss, and what it lets out. */

const KEYS = ['key-of-one-caller', 'key-of-another']
const by = (key: string) => ({ authorization: `Bearer ${key}` })

/** Copilot's Claude thinks where it is asked to; the others do by themselves, or as they are configured. */
const thinking = (): Agent => {
  const agent = chatAgent()
  return {
    ...agent,
    request: (model, stream) => ({
      ...agent.request(model, stream),
      body: { ...agent.request(model, stream).body, ...(model.startsWith('github-copilot/') && { reasoning_effort: 'high' }) },
    }),
  }
}

/** Ids and arguments that repeat in every answer. */
const alike: CallChooser = ({ tools }, index) => ({ type: 'call', name: tools[0]!.name, arguments: { city: 'Rome' }, id: `call_${index % 2}` })

describe('calls that are all alike', () => {
  let strict: StrictBridge
  beforeAll(async () => {
    strict = await startStrictBridge({ apiKeys: KEYS }, { call: alike })
  })
  afterAll(() => strict.close())
  beforeEach(() => strict.provider.reset())

  const providers = [
    'strict-deepseek/deepseek-v4-loop',
    'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
    'strict-anthropic/claude-sonnet-4-5-loop',
    'strict-gemini/gemini-3-pro-loop',
    'github-copilot/claude-opus-4.8-loop',
  ]

  /** Runs several conversations side by side, step by step; tells the calls of each. */
  async function interleave(model: string, conversations: { agent: Agent; key: string }[]): Promise<StrictCall[][]> {
    const { bridge, provider } = strict
    for (let step = 0; step < 3; step++) {
      for (const { agent, key } of conversations) await runStep(bridge.url, agent, model, { stream: step % 2 === 0, headers: by(key) })
    }
    expect([provider.violations, provider.losses]).toEqual([[], []])
    const calls = provider.calls.filter(({ method }) => method === 'POST')
    return conversations.map((_, index) => calls.filter((_call, at) => at % conversations.length === index))
  }

  /** Each call brought back what had been given in its own conversation, and no more. */
  function expectOwn(conversations: StrictCall[][]): void {
    for (const calls of conversations) {
      const own = calls.map((_, index) => calls.slice(0, index).flatMap(({ issued }) => issued))
      expect(calls.map(({ returned }) => returned)).toEqual(own)
      expect(own.at(-1)!.length).toBeGreaterThan(0)
    }
  }

  test.each(providers)('stay with their callers: %s', async (model) => {
    expectOwn(
      await interleave(
        model,
        KEYS.map((key) => ({ agent: forgetful(thinking()), key })),
      ),
    )
  })

  test.each(providers)('stay in their conversations: %s', async (model) => {
    const conversations = ['One', 'Two', 'Three'].map((word) => {
      const agent = forgetful(thinking())
      agent.say(word)
      return { agent, key: KEYS[0]! }
    })
    expectOwn(await interleave(model, conversations))
  })

  test.each(providers)('stay in their turns: %s', async (model) => {
    const { bridge, provider } = strict
    const agent = forgetful(thinking())
    for (let turn = 0; turn < 3; turn++) {
      await runAgent(bridge.url, agent, model, false, by(KEYS[0]!))
      agent.say('Go')
    }
    expect(provider.violations).toEqual([])
    // Of an answer without calls nothing is kept: Google would like its signature back, and does without.
    expect(provider.losses.filter(({ turn }) => turn === 'current')).toEqual([])
    const calls = provider.calls.filter(({ method }) => method === 'POST')
    // The last answer of a turn has no calls, and is sent back without its thoughts.
    const issued = calls.slice(0, -1).flatMap((call, index) => (index % 3 === 2 ? [] : call.issued))
    expect(calls.at(-1)!.returned).toEqual(issued)
  })
})

describe('what is lost', () => {
  const clients = { 'Chat Completions': chatAgent, Messages: messagesAgent, Gemini: geminiAgent, Responses: responsesAgent }
  let strict: StrictBridge
  beforeAll(async () => {
    strict = await startStrictBridge({ maxReasoningEntries: 4 })
  })
  afterAll(() => strict.close())
  beforeEach(() => strict.provider.reset())

  test.each(Object.entries(clients))('between two steps is done without: %s', async (_name, create) => {
    const { bridge, provider } = strict
    for (const model of [
      'strict-anthropic/claude-sonnet-4-5-loop',
      'strict-gemini/gemini-3-pro-loop',
      'strict-responses/gpt-5.4-loop',
      'strict-deepseek/deepseek-v4-loop',
    ]) {
      const agent = forgetful(create())
      await runStep(bridge.url, agent, model, { stream: false })
      for (const other of ['A', 'B', 'C']) {
        const crowd = chatAgent()
        crowd.say(other)
        await runStep(bridge.url, crowd, model, { stream: false })
      }
      expect((await bridge.status()).reasoning.entries).toBeLessThanOrEqual(4)
      expect(await runAgent(bridge.url, agent, model, true)).toMatch(/^All done: /)
    }
    expect(provider.violations).toEqual([])
  })

  test('is said where the client had asked for it', async () => {
    const { bridge } = strict
    const model = 'strict-anthropic/claude-sonnet-4-5-loop'
    const agent = forgetful(messagesAgent())
    const first = await runStep(bridge.url, agent, model, { stream: false })
    for (let other = 0; other < 4; other++) await runStep(bridge.url, chatAgent(), model, { stream: false })
    const second = await runStep(bridge.url, agent, model, { stream: false })
    expect([first, second].map(({ response }) => response.headers.get('x-bridge-ignored'))).toEqual([null, 'thinking'])
    expect([first, second].map(({ response }) => response.headers.get('x-bridge-lane'))).toEqual(['verbatim', 'verbatim'])
    const chat = forgetful(chatAgent())
    const asking: Agent = {
      ...chat,
      request: (name, stream) => ({ ...chat.request(name, stream), body: { ...chat.request(name, stream).body, reasoning_effort: 'high' } }),
    }
    await runStep(bridge.url, asking, model, { stream: false })
    for (let other = 0; other < 4; other++) await runStep(bridge.url, chatAgent(), model, { stream: false })
    expect((await runStep(bridge.url, asking, model, { stream: false })).response.headers.get('x-bridge-ignored')).toBe('reasoning_effort')
  })
})

describe('a restart between two steps', () => {
  const clients: Record<string, () => Agent> = { 'Chat Completions': chatAgent, Responses: responsesAgent, Messages: messagesAgent, Gemini: geminiAgent }
  const models = [
    'strict-anthropic/claude-sonnet-4-5-loop',
    'strict-anthropic/claude-sonnet-4-5-redacted',
    'strict-gemini/gemini-3-pro-loop',
    'strict-responses/gpt-5.4-loop',
    'strict-openrouter/anthropic/claude-sonnet-4.5-loop',
    'strict-openrouter/google/gemini-3-pro-loop',
    'strict-deepseek/deepseek-v4-loop',
    'github-copilot/gemini-3-pro-loop',
    'github-copilot/gpt-5.4-loop',
  ]

  test('loses nothing of what the formats carry', { tags: 'long' }, async () => {
    const provider = await startStrictProvider()
    const loops = Object.entries(clients).flatMap(([name, create]) => models.map((model) => ({ name, model, agent: create() })))
    try {
      const before = await startStrictBridge({}, { provider })
      for (const { agent, model } of loops) await runStep(before.bridge.url, agent, model, { stream: true })
      await before.close()
      const after = await startStrictBridge({}, { provider })
      for (const { name, agent, model } of loops) expect(await runAgent(after.bridge.url, agent, model, false), `${name}, ${model}`).toMatch(/^All done: /)
      await after.close()
      expect([provider.violations, provider.losses]).toEqual([[], []])
    } finally {
      await provider.close()
    }
  })
})

describe('what it lets out', () => {
  let strict: StrictBridge
  beforeAll(async () => {
    strict = await startStrictBridge({ verbose: true })
  })
  afterAll(() => strict.close())
  beforeEach(() => strict.provider.reset())

  const own: [string, () => Agent, string][] = [
    ['Chat Completions', chatAgent, 'strict-openrouter/anthropic/claude-sonnet-4.5-loop'],
    ['Chat Completions', chatAgent, 'strict-deepseek/deepseek-v4-loop'],
    ['Messages', messagesAgent, 'strict-anthropic/claude-sonnet-4-5-interleaved'],
    ['Responses', responsesAgent, 'strict-responses/gpt-5.4-loop'],
    ['Gemini', geminiAgent, 'strict-gemini/gemini-3-pro-signed-text'],
  ]

  test.each(own)('is nothing but what was thought, in a body that is passed on: %s, %s', async (_name, create, model) => {
    const { bridge, provider } = strict
    const agent = forgetful(create())
    const sent: object[] = []
    const watched: Agent = {
      ...agent,
      request(name, stream) {
        const request = agent.request(name, stream)
        sent.push(structuredClone(request.body))
        return request
      },
    }
    await runAgent(bridge.url, watched, model, false)
    const calls = provider.calls.filter(({ method }) => method === 'POST')
    const apiModel = model.slice(model.indexOf('/') + 1)
    expect(calls.map(({ body }) => bare(body))).toEqual(
      sent.map((body) => ({ ...body, ...('model' in body && { model: apiModel }), ...configured(body, model) })),
    )
    for (const [index, { text }] of calls.entries()) {
      const tokens = calls.slice(0, index).flatMap(({ issued }) => issued)
      // Thoughts of the scripts have less than 150 bytes, and so have the fields around them.
      expect(text.length - JSON.stringify(sent[index]).length).toBeLessThan(tokens.join('').length + 300 * tokens.length + 200)
    }
  })

  test('is in no log', async () => {
    const { bridge, provider } = strict
    for (const [, create, model] of own) {
      await runAgent(bridge.url, forgetful(create()), model, true)
      await runAgent(bridge.url, create(), model, true)
      await runAgent(bridge.url, chatAgent(), model, false)
    }
    // An error of the provider's is logged as well.
    const failing = messagesAgent()
    await runStep(bridge.url, failing, 'strict-anthropic/claude-sonnet-4-5-loop', { stream: false })
    provider.script('gemini-3-flash-loop', () => 400)
    await expect(runStep(bridge.url, failing, 'strict-gemini/gemini-3-flash-loop', { stream: false })).rejects.toThrow('400')
    const log = bridge.logged.join('\n')
    const tokens = provider.calls.flatMap(({ issued }) => issued)
    expect(tokens.length).toBeGreaterThan(20)
    expect(log).toContain('POST /v1/chat/completions 200')
    expect(tokens.filter((token) => log.includes(token.slice(0, 32)))).toEqual([])
    expect(log).not.toContain('ocbridgetok')
  })
})

/** What opencode is configured with for a model, where the client says nothing. */
function configured(body: object, model: string): object {
  return model.startsWith('strict-openrouter') && !('reasoning' in body) ? { reasoning: { effort: 'high' } } : {}
}
