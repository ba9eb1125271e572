import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { breakOff, fail, hang, inTurn, say, type Script, stream } from '../support/upstream.ts'

/** Anthropic's own package, through the bridge and the real opencode, to a provider that speaks OpenAI's format. */

let bridge: Bridge
let client: Anthropic

beforeAll(async () => {
  bridge = await startBridge({
    config: { minIdle: 1, maxSize: 2, maxRetries: 0, aliases: { 'claude-opus-5': 'test/model' } },
    models: { model: { reasoning: true, modalities: { input: ['text', 'image', 'pdf'], output: ['text'] } } },
  })
  client = new Anthropic({ apiKey: 'any-key', baseURL: bridge.url, maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

const request = { model: 'claude-opus-5', max_tokens: 1000, messages: [{ role: 'user' as const, content: 'Hi' }] }
const tools: Anthropic.Tool[] = [
  { name: 'weather', description: 'Tells the weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } },
]
const begin = (index: number, id: string) => ({ tool_calls: [{ index, id, type: 'function', function: { name: 'weather', arguments: '' } }] })
const more = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] })

/** Two calls, the arguments of which arrive by turns. */
const callTwice: Script = stream(
  [
    { reasoning_content: 'Two cities.' },
    { content: 'I look.' },
    begin(0, 'call_0'),
    begin(1, 'call_1'),
    more(1, '{"city": '),
    more(0, '{"city": "Oslo"'),
    more(1, '"Rome"}'),
    more(0, '}'),
  ],
  { finishReason: 'tool_calls' },
)

test('a conversation reaches the provider with its system prompt, roles and parameters', async () => {
  const message = await client.messages.create({
    ...request,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.177; cch=36ee5;' },
      { type: 'text', text: 'You are terse.', cache_control: { type: 'ephemeral' } },
    ],
    messages: [...request.messages, { role: 'assistant', content: 'Ho' }, { role: 'user', content: [{ type: 'text', text: 'Two?' }] }],
    stop_sequences: ['END'],
    metadata: { user_id: 'u-1' },
  })
  expect(message).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5',
    content: [{ type: 'text', text: 'ok' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 10, output_tokens_details: { thinking_tokens: 5 } },
  })
  expect(bridge.upstream.calls).toHaveLength(1)
  expect(bridge.upstream.calls[0]!.body).toMatchObject({
    model: 'model',
    max_tokens: 1000,
    stop: ['END'],
    user: 'u-1',
    messages: [
      { role: 'system', content: 'You are terse.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Ho' },
      { role: 'user', content: 'Two?' },
    ],
  })
})

test('a stream has thinking, text and calls, and their results go back', async () => {
  bridge.upstream.answer(inTurn(callTwice, say('Sunny.')))
  const events: string[] = []
  const stream = client.messages.stream({ ...request, tools }).on('streamEvent', ({ type }) => events.push(type))
  const message = await stream.finalMessage()
  expect(message).toMatchObject({
    stop_reason: 'tool_use',
    content: [
      { type: 'thinking', thinking: 'Two cities.' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'call_0', name: 'weather', input: { city: 'Oslo' } },
      { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Rome' } },
    ],
    usage: { input_tokens: 7, output_tokens: 10 },
  })
  expect([events.at(0), events.at(-2), events.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop'])

  const results: Anthropic.ToolResultBlockParam[] = [
    { type: 'tool_result', tool_use_id: 'call_0', content: 'sunny' },
    { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'no such city' }], is_error: true },
  ]
  const answer = await client.messages.create({
    ...request,
    tools,
    messages: [...request.messages, { role: 'assistant', content: message.content }, { role: 'user', content: results }],
  })
  expect(answer.content).toMatchObject([{ type: 'text', text: 'Sunny.' }])
  expect(bridge.upstream.calls[1]!.body.messages).toMatchObject([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'call_0', function: { arguments: '{"city":"Oslo"}' } }, { id: 'call_1' }] },
    { role: 'tool', tool_call_id: 'call_0', content: 'sunny' },
    { role: 'tool', tool_call_id: 'call_1', content: 'Error: no such city' },
  ])
})

test('what a coding agent sends is taken as it is', async () => {
  const many = Array.from({ length: 24 }, (_, index) => ({ ...tools[0]!, name: `tool_${index}`, description: 'x'.repeat(3_000) }))
  const response = await fetch(`${bridge.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'interleaved-thinking-2025-05-14',
      'x-api-key': 'any-key',
    },
    body: JSON.stringify({
      ...request,
      stream: true,
      system: [{ type: 'text', text: 'You are an agent.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>Today.</system-reminder>' },
            { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } },
          ],
        },
        { role: 'system', content: 'Be quick.' },
      ],
      tools: [...many, { type: 'web_search_20250305', name: 'web_search', max_uses: 8 }],
      thinking: { type: 'adaptive' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      metadata: { user_id: JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: '', session_id: crypto.randomUUID() }) },
    }),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-bridge-ignored')).toBe('tools.web_search_20250305')
  expect(await response.text()).toMatch(/^event: message_start\n.*event: message_stop\ndata: {"type":"message_stop"}\n\n$/s)
  const { body } = bridge.upstream.calls[0]!
  expect(body.tools).toHaveLength(24)
  expect(body.messages).toMatchObject([{ role: 'system' }, { role: 'user' }, { role: 'system', content: 'Be quick.' }])
})

test('an image in a result of a tool reaches the provider', async () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } } as const
  await client.messages.create({
    ...request,
    tools,
    messages: [
      ...request.messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_0', name: 'weather', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: [image] }] },
    ],
  })
  const { messages } = bridge.upstream.calls[0]!.body
  expect(messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'tool', 'user'])
  expect(messages.at(-1).content.at(-1)).toMatchObject({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } })
})

test('errors of the provider come in Anthropic’s envelope', async () => {
  bridge.upstream.answer(fail(429, { message: 'slow down' }))
  await expect(client.messages.create(request)).rejects.toThrow(Anthropic.RateLimitError)
  bridge.upstream.answer(breakOff(['Hel', 'lo']))
  const failure = await client.messages
    .stream(request)
    .finalMessage()
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Anthropic.APIError)
  expect(failure).toMatchObject({ type: 'api_error' })
})

test('tokens are counted without a call', async () => {
  const { input_tokens: tokens } = await client.messages.countTokens({ model: request.model, messages: [{ role: 'user', content: 'hello '.repeat(1_000) }] })
  expect(tokens).toBeGreaterThan(900)
  expect(tokens).toBeLessThan(1_200)
  expect(bridge.upstream.calls).toEqual([])
})

test('a client that leaves ends the call to the provider', async () => {
  bridge.upstream.answer(hang)
  const abort = new AbortController()
  const answer = client.messages.create({ ...request, stream: true }, { signal: abort.signal })
  answer.catch(() => {})
  await until(() => bridge.upstream.calls.length === 1)
  abort.abort()
  await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
})
