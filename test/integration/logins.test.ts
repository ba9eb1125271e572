import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CLAUDE_CODE } from '../support/strict/anthropic/subscription.ts'
import { TOOLS } from '../support/strict/by-hand.ts'
import { runOpencode } from '../support/strict/run-opencode.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'
import { until } from '../support/until.ts'

/** Calls go through opencode's own logins, and leave the process as opencode's own do. */

let strict: StrictBridge

beforeAll(async () => {
  strict = await startStrictBridge({}, { expired: true, catalogue: 'whole' })
})
afterAll(() => strict.close())
beforeEach(() => strict.provider.reset())

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(strict.bridge.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

/** The last call of a model, as the provider got it. */
const lastCall = () => strict.provider.calls.findLast(({ body }) => body !== undefined)!

async function ask(path: string, body: object, headers?: Record<string, string>): Promise<{ response: Response; call: ReturnType<typeof lastCall> }> {
  const response = await post(path, body, headers)
  expect(response.status, await response.clone().text()).toBe(200)
  await response.text()
  return { response, call: lastCall() }
}

const user = { role: 'user', content: 'Go' }
const chat = (model: string, messages: object[] = [user]) => ({ model: `github-copilot/${model}`, messages, stream: true })

describe('GitHub Copilot', () => {
  const wires = [
    { name: 'chat', path: '/v1/chat/completions', model: 'gpt-4.1-loop', to: '/chat/completions', body: { messages: [user], tools: TOOLS.chat } },
    { name: 'Responses', path: '/v1/responses', model: 'gpt-5.4-loop', to: '/responses', body: { input: [user], store: false, tools: TOOLS.responses } },
    {
      name: 'Messages',
      path: '/v1/messages',
      model: 'claude-opus-4.8-loop',
      to: '/v1/messages',
      body: { messages: [user], max_tokens: 1000, tools: TOOLS.anthropic },
    },
  ]

  test.each(wires.slice(0, 1))('$name: passed on, with the headers of opencode’s own call', expectOwnHeaders)
  test.each(wires.slice(1))('$name: passed on, with the headers of opencode’s own call', { tags: 'long' }, expectOwnHeaders)

  async function expectOwnHeaders({ path, model, to, body }: (typeof wires)[number]): Promise<void> {
    const { response, call } = await ask(path, { model: `github-copilot/${model}`, stream: true, ...body })
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(call.path).toBe(to)
    expect(call.headers).toMatchObject({
      authorization: `Bearer ${strict.provider.copilotToken}`,
      'x-initiator': 'user',
      'openai-intent': 'conversation-edits',
    })
    const own = { ...call.headers }
    strict.provider.reset()

    await runOpencode(strict.provider, `github-copilot/${model}`)
    const theirs = strict.provider.calls.find((made) => made.path === to)!.headers
    const names = (headers: object) => Object.keys(headers).toSorted()
    expect(names(own)).toEqual(names(theirs))
    // Ids of opencode's session are the conversation's here; what a beta is for, and the length, depends on the body.
    const differing = Object.keys(own).filter((name) => own[name] !== theirs[name])
    expect(['anthropic-beta', 'content-length', 'host', 'x-interaction-id', 'x-session-affinity', 'x-session-id']).toEqual(expect.arrayContaining(differing))
  }

  test.each([
    ['a person’s turn', 'user', [user]],
    [
      'a step after a tool',
      'agent',
      [
        user,
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: '1' },
      ],
    ],
    [
      'a reminder beside a result',
      'agent',
      [
        user,
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: '1' },
        user,
      ],
    ],
    ['the next turn of a person', 'user', [user, { role: 'assistant', content: 'Yes?' }, user]],
  ])('%s is billed to the %s', async (_name, initiator, messages) => {
    const { call } = await ask('/v1/chat/completions', chat('gpt-4.1-echo', messages))
    expect(call.headers['x-initiator']).toBe(initiator)
  })

  test('a translated step after a tool is the agent’s, with a reminder beside its result', async () => {
    const messages = [
      user,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: '1' },
          { type: 'text', text: '<system-reminder>' },
        ],
      },
    ]
    const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }]
    const { response, call } = await ask('/v1/messages', { model: 'github-copilot/gpt-4.1-echo', max_tokens: 100, messages, tools })
    expect(response.headers.get('x-bridge-lane')).toBe('translated')
    expect(call.headers['x-initiator']).toBe('agent')
  })

  test('an image is said to be one, and only an image', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }
    const { call } = await ask('/v1/chat/completions', chat('gpt-4.1-echo', [{ role: 'user', content: [image, { type: 'text', text: 'Go' }] }]))
    expect(call.headers['copilot-vision-request']).toBe('true')
    expect((await ask('/v1/chat/completions', chat('gpt-4.1-echo'))).call.headers).not.toHaveProperty('copilot-vision-request')
  })

  test('its cache is found again by a conversation, and by no other', async () => {
    const first = (await ask('/v1/chat/completions', chat('gpt-4.1-echo'))).call.headers
    const second = (await ask('/v1/chat/completions', chat('gpt-4.1-echo', [user, { role: 'assistant', content: 'x' }, { role: 'user', content: 'On' }]))).call
      .headers
    const other = (await ask('/v1/chat/completions', chat('gpt-4.1-echo', [{ role: 'user', content: 'Else' }]))).call.headers
    for (const name of ['x-interaction-id', 'x-session-id', 'x-session-affinity']) {
      expect(second[name]).toBe(first[name])
      expect(other[name]).not.toBe(first[name])
    }
  })

  test('a token that was rotated between two requests is used by the second', async () => {
    await ask('/v1/chat/completions', chat('gpt-4.1-echo'))
    strict.provider.rotateCopilotToken()
    strict.login()
    const { call } = await ask('/v1/chat/completions', chat('gpt-4.1-echo'))
    expect(call.headers.authorization).toBe(`Bearer ${strict.provider.copilotToken}`)
  })
})

describe('ChatGPT', () => {
  test('its login refreshes the token itself, and what it demands is there', async () => {
    const { response, call } = await ask('/v1/responses', { model: 'openai/gpt-5.5-text', input: [user], stream: true, max_output_tokens: 50 })
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(response.headers.get('x-bridge-ignored')).toBe('max_output_tokens')
    expect(call.headers).toMatchObject({ authorization: `Bearer ${strict.provider.oauth.accessToken}`, 'chatgpt-account-id': strict.provider.oauth.accountId })
    expect(strict.provider.oauth.refreshes).toBeGreaterThan(0)
    expect(strict.provider.violations).toEqual([])
  })

  test('asked whole, its stream becomes one answer', async () => {
    const response = await post('/v1/responses', { model: 'openai/gpt-5.5-text', input: 'Go' })
    expect(response.status, await response.clone().text()).toBe(200)
    expect(await response.json()).toMatchObject({
      object: 'response',
      status: 'completed',
      output: expect.arrayContaining([expect.objectContaining({ type: 'message' })]),
    })
  })

  test('another client’s format is translated', async () => {
    const { response } = await ask('/v1/chat/completions', { model: 'openai/gpt-5.5-text', messages: [{ role: 'system', content: 'Be brief.' }, user] })
    expect(response.headers.get('x-bridge-lane')).toBe('translated')
    expect(lastCall().body).toMatchObject({ instructions: 'Be brief.', store: false, stream: true })
    expect(strict.provider.violations).toEqual([])
  })
})

describe('Claude', () => {
  const claude = { model: 'anthropic/claude-haiku-4-5-text', max_tokens: 100, messages: [user] }

  test('its login refreshes the token itself; the system prompt begins as it demands, and goes on as the client’s', async () => {
    const { subscription } = strict.provider
    const { response, call } = await ask('/v1/messages', { ...claude, system: 'Be brief.' }, { 'anthropic-beta': 'context-1m-2025-08-07' })
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(call.headers.authorization).toBe(`Bearer ${subscription.accessToken}`)
    expect(call.headers['anthropic-beta']).toContain('context-1m-2025-08-07')
    expect(call.body).toMatchObject({
      system: [
        { type: 'text', text: CLAUDE_CODE },
        { type: 'text', text: 'Be brief.' },
      ],
    })
    expect(subscription.refreshes).toBe(1)
    subscription.expire()
    strict.login()
    await ask('/v1/messages', claude)
  })

  test('Claude Code’s own prompt stays as it is', async () => {
    const system = [
      { type: 'text', text: CLAUDE_CODE, cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'More.' },
    ]
    expect((await ask('/v1/messages', { ...claude, system })).call.body).toMatchObject({ system })
  })

  test('another client’s format is translated', async () => {
    const messages = [{ role: 'system', content: 'Be brief.' }, user]
    const { response, call } = await ask('/v1/chat/completions', { model: claude.model, messages, tools: TOOLS.chat })
    expect(response.headers.get('x-bridge-lane')).toBe('translated')
    expect(call.body!.system).toMatchObject([{ text: CLAUDE_CODE }, { text: 'Be brief.' }])
  })

  test('in a session of opencode’s too', { tags: 'long' }, async () => {
    const forced = await startStrictBridge({ lane: 'session' })
    try {
      const body = JSON.stringify({ ...claude, system: 'Be brief.' })
      const response = await fetch(`${forced.bridge.url}/v1/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      expect(response.status, await response.text()).toBe(200)
      expect(forced.provider.calls.findLast(({ body }) => body)!.body!.system).toMatchObject([{ text: CLAUDE_CODE }, { text: 'Be brief.' }])
    } finally {
      await forced.close()
    }
  })
})

describe('a key of an API', () => {
  test.each([
    ['chat', 'strict-chat/gpt-4.1-text', '/v1/chat/completions', { messages: [user] }],
    ['OpenRouter', 'strict-openrouter/anthropic/claude-sonnet-4.5-text', '/v1/chat/completions', { messages: [user] }],
    ['Responses', 'strict-responses/gpt-5.4-text', '/v1/responses', { input: 'Go' }],
    ['Messages', 'strict-anthropic/claude-sonnet-4-5-text', '/v1/messages', { messages: [user], max_tokens: 4000 }],
    [
      'Gemini',
      'strict-gemini/gemini-3-pro-text',
      '/v1beta/models/strict-gemini/gemini-3-pro-text:generateContent',
      { contents: [{ role: 'user', parts: [{ text: 'Go' }] }] },
    ],
  ])('%s', async (_name, model, path, body) => {
    const { response } = await ask(path, path.includes(':') ? body : { model, ...body })
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(strict.provider.violations).toEqual([])
  })
})

test('a key that the provider refuses is told, and the form learned anew', async () => {
  const { provider } = strict
  provider.rotateCopilotToken()
  const response = await post('/v1/chat/completions', chat('gpt-4.1-echo'))
  expect(response.status).toBe(401)
  strict.login()
  await until(async () => (await post('/v1/chat/completions', chat('gpt-4.1-echo'))).status === 200, 60_000)
})
