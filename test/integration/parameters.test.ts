import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { fail, say, type Script, stall, USAGE } from '../support/upstream.ts'

const messages = [{ role: 'user', content: 'hi' }]

let bridge: Bridge

beforeAll(async () => {
  const claude = { id: 'claude-sonnet-4-5', provider: { npm: '@ai-sdk/anthropic' } }
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3 }, models: { model: {}, claude } })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

/** The body with which the provider was called for one request. */
async function bodyFor(fields: Record<string, unknown>): Promise<any> {
  const response = await bridge.chat({ messages, ...fields })
  expect(response.status, await response.text()).toBe(200)
  expect(bridge.upstream.calls).toHaveLength(1)
  return bridge.upstream.calls[0]!.body
}

describe('a parameter reaches the provider as it was sent', () => {
  const sent: Record<string, unknown> = {
    temperature: 0.3,
    top_p: 0.7,
    stop: ['STOP', '\n\n'],
    seed: 42,
    presence_penalty: 0.5,
    frequency_penalty: -0.5,
    logit_bias: { 50256: -100, 11: 5 },
    logprobs: true,
    top_logprobs: 2,
    reasoning_effort: 'low',
    verbosity: 'high',
    user: 'user-1',
    metadata: { a: 'b' },
    store: true,
    service_tier: 'flex',
    prediction: { type: 'content', content: 'predicted' },
  }
  let body: any
  beforeAll(async () => {
    body = await bodyFor({ ...sent, max_completion_tokens: 20 })
  })

  test.each(Object.entries(sent))('%s', (name, value) => expect(body[name]).toEqual(value))
  test('max_completion_tokens', () => expect(body.max_completion_tokens ?? body.max_tokens).toBe(20))
})

test('other values of the same fields: zeros, a single stop, an alias', async () => {
  const body = await bodyFor({ temperature: 0, top_p: 1, stop: 'STOP', seed: 0, max_tokens: 7, logprobs: true, reasoning_effort: 'minimal' })
  expect(body).toMatchObject({ temperature: 0, top_p: 1, stop: ['STOP'], seed: 0, max_tokens: 7, logprobs: true, reasoning_effort: 'minimal' })
  expect(body).not.toHaveProperty('top_logprobs')
})

test('a value that asks for nothing adds nothing', async () => {
  const plain = await bodyFor({})
  bridge.upstream.calls.length = 0
  const nothing = {
    n: 1,
    stop: null,
    logprobs: false,
    presence_penalty: 0,
    frequency_penalty: 0,
    logit_bias: {},
    store: false,
    service_tier: 'auto',
    modalities: ['text'],
    parallel_tool_calls: true,
    response_format: { type: 'text' },
    tool_choice: 'auto',
    tools: [],
    prediction: null,
    metadata: {},
    user: '',
    temperature: null,
    top_p: null,
    seed: null,
    max_tokens: null,
    max_completion_tokens: null,
    verbosity: null,
  }
  const response = await bridge.chat({ messages, ...nothing }, { headers: { 'content-type': 'application/json', 'x-bridge-strict': '1' } })
  expect(response.status, await response.text()).toBe(200)
  expect(response.headers.has('x-bridge-ignored')).toBe(false)
  expect(bridge.upstream.calls[0]!.body).toEqual(plain)
})

test('max_completion_tokens wins over max_tokens', async () => {
  const body = await bodyFor({ max_tokens: 10, max_completion_tokens: 20 })
  expect(body.max_completion_tokens ?? body.max_tokens).toBe(20)
})

test.each<[string, object]>([
  ['an object', { type: 'json_object' }],
  [
    'a schema',
    {
      type: 'json_schema',
      json_schema: {
        name: 'city',
        description: 'A city',
        schema: { type: 'object', properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { type: 'string' } } },
        strict: true,
      },
    },
  ],
])('response_format: %s', async (_name, format) => {
  bridge.upstream.answer(say('{}'))
  expect((await bodyFor({ response_format: format })).response_format).toEqual(format)
})

describe('n', () => {
  /** Counts the calls in its answers. */
  const numbered: Script = (call, number) => say([`answer ${number}`, '!'], { delay: 20 })(call, number)

  test('makes as many calls, and counts the prompt once', async () => {
    bridge.upstream.answer(numbered)
    const body = (await (await bridge.chat({ messages, n: 3, seed: 1 })).json()) as any
    expect(bridge.upstream.calls).toHaveLength(3)
    for (const call of bridge.upstream.calls) expect(call.body).not.toHaveProperty('n')
    expect(body.choices.map((choice: any) => [choice.index, choice.finish_reason])).toEqual([
      [0, 'stop'],
      [1, 'stop'],
      [2, 'stop'],
    ])
    expect(body.choices.map((choice: any) => choice.message.content).toSorted()).toEqual(['answer 1!', 'answer 2!', 'answer 3!'])
    expect(body.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 30, total_tokens: 41 })
  })

  test('streamed: chunks by index, one end', async () => {
    bridge.upstream.answer(numbered)
    const frames = parseFrames(await (await bridge.chat({ messages, n: 2, stream: true, stream_options: { include_usage: true } })).text())
    expect(frames.filter((frame) => frame === '[DONE]')).toHaveLength(1)
    const of = (index: number) => frames.filter((frame) => frame.choices?.[0]?.index === index)
    expect([contentOf(of(0)), contentOf(of(1))].toSorted()).toEqual(['answer 1!', 'answer 2!'])
    for (const index of [0, 1]) expect(of(index).at(-1).choices[0].finish_reason).toBe('stop')
    expect(frames.at(-2)).toMatchObject({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 20 } })
  })

  test('one failing answer fails the request', async () => {
    bridge.upstream.answer((call, number) => (number === 2 ? fail(400, { message: 'no', code: 'invalid_value' }) : stall(['never ']))(call, number))
    const response = await bridge.chat({ messages, n: 2 })
    expect(response.status).toBe(400)
  })
})

describe('logprobs of the answer', () => {
  const tokens = [
    { token: 'Hel', logprob: -0.1, bytes: [72, 101, 108], top_logprobs: [{ token: 'Hel', logprob: -0.1, bytes: [72, 101, 108] }] },
    { token: 'lo', logprob: -0.2, bytes: [108, 111], top_logprobs: [] },
  ]
  const withLogprobs: Script = ({ response, body }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = (choice: object, rest: object = {}) =>
      response.write(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: body.model, choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }], ...rest })}\n\n`,
      )
    for (const token of tokens) chunk({ delta: { content: token.token }, logprobs: { content: [token] } })
    chunk({ finish_reason: 'stop' }, { usage: USAGE })
    response.end('data: [DONE]\n\n')
  }

  test('are the provider’s', async () => {
    bridge.upstream.answer(withLogprobs)
    const body = (await (await bridge.chat({ messages, logprobs: true, top_logprobs: 1 })).json()) as any
    expect(body.choices[0]).toMatchObject({ message: { content: 'Hello' }, logprobs: { content: tokens, refusal: null } })
  })

  test('streamed: the same', async () => {
    bridge.upstream.answer(withLogprobs)
    const frames = parseFrames(await (await bridge.chat({ messages, logprobs: true, stream: true })).text())
    expect(contentOf(frames)).toBe('Hello')
    expect(frames.flatMap((frame) => frame.choices?.[0]?.logprobs?.content ?? [])).toEqual(tokens)
  })
})

describe('what a model cannot be given', () => {
  const fields = { model: 'test/claude', messages, temperature: 0.5, seed: 1, logit_bias: { 1: 1 }, logprobs: true, top_k: 3 }

  test('is named by a header, and not sent', async () => {
    bridge.upstream.answer(fail(400))
    const response = await bridge.chat(fields)
    expect(response.headers.get('x-bridge-ignored')).toBe('seed, logit_bias, logprobs')
    const [call] = bridge.upstream.calls
    expect(call!.path).toMatch(/\/messages$/)
    expect(call!.body).toMatchObject({ temperature: 0.5, top_k: 3 })
    for (const name of ['seed', 'logit_bias', 'logprobs']) expect(call!.body).not.toHaveProperty(name)
  })

  test('is refused in strict mode', async () => {
    const response = await bridge.chat(fields, { headers: { 'content-type': 'application/json', 'x-bridge-strict': '1' } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_parameter', param: 'seed' } })
    expect(bridge.upstream.calls).toHaveLength(0)
  })
})
