import { describe, expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { ConversationStore } from '../../src/exchange/conversation-store.ts'
import { hang, say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'
import { gate } from '../support/gate.ts'
import { answered, result as resultOf } from '../support/messages.ts'

const MODEL = 'openai/gpt-5'
const user = (content: string) => ({ role: 'user', content })
const said = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] })

/** Sends messages in a conversation, and reads the whole answer. */
async function send(
  { chat }: TestApp,
  messages: object[],
  fields: object = {},
  headers: Record<string, string> = { 'x-bridge-session': 'a' },
): Promise<Response> {
  const response = await chat({ model: MODEL, messages, ...fields }, { headers })
  await response.clone().text()
  return response
}

const lastPrompt = ({ engine }: TestApp) => engine.prompts.at(-1)!.messages

describe('a request with the name of a conversation', () => {
  test.each([false, true])('needs the last turn alone (stream: %s)', async (stream) => {
    const app = testApp()
    await send(app, [{ role: 'system', content: 'Be brief.' }, user('one')], { stream })
    app.engine.script = () => say('Good', 'bye')
    await send(app, [user('two')], { stream })
    expect(lastPrompt(app)).toEqual([{ role: 'system', content: 'Be brief.' }, said('one'), answered('Hello'), said('two')])
    await send(app, [{ role: 'system', content: 'Be loud.' }, user('three')], { stream })
    expect(lastPrompt(app)).toEqual([{ role: 'system', content: 'Be loud.' }, said('one'), answered('Hello'), said('two'), answered('Goodbye'), said('three')])
  })

  test('may bring its whole history, which then counts', async () => {
    const app = testApp()
    await send(app, [user('one')])
    await send(app, [user('other'), { role: 'assistant', content: 'Yes?' }, user('two')])
    expect(lastPrompt(app)).toEqual([said('other'), answered('Yes?'), said('two')])
    await send(app, [user('three')])
    expect(lastPrompt(app)).toHaveLength(5)
  })

  test('goes on in another format', async () => {
    const app = testApp()
    await send(app, [user('one')])
    const response = await app.app.request('/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-bridge-session': 'a' },
      body: JSON.stringify({ model: MODEL, max_tokens: 10, messages: [user('two')] }),
    })
    expect(response.status).toBe(200)
    expect(lastPrompt(app)).toEqual([said('one'), answered('Hello'), said('two')])
  })

  test('goes on with calls of tools', async () => {
    const app = testApp()
    const tools = [{ type: 'function', function: { name: 'weather' } }]
    app.engine.script = () => call()
    await send(app, [user('one')], { tools })
    expect((await send(app, [user('two')], { tools })).status).toBe(400)
    expect((await send(app, [{ role: 'tool', tool_call_id: 'other', content: 'wet' }], { tools })).status).toBe(400)
    app.engine.script = () => say('It rains.')
    expect((await send(app, [{ role: 'tool', tool_call_id: 'c1', content: 'wet' }], { tools })).status).toBe(200)
    expect(lastPrompt(app)).toEqual([
      said('one'),
      { ...answered('', { calls: [{ id: 'c1', name: 'weather', arguments: '{}' }] }), origin: MODEL },
      resultOf('c1', 'wet'),
    ])
  })
})

test('what the model thought is kept with what its provider wants back, in its order', async () => {
  const app = testApp()
  const token = { kind: 'signature', value: 'c2ln', origin: MODEL } as const
  app.engine.script = async function* () {
    yield { type: 'reasoning-delta', text: 'Hm.' }
    yield { type: 'part-token', part: 'reasoning', token }
    yield { type: 'part-token', part: 'reasoning', token: { ...token, kind: 'redacted' } }
    yield* say('Hello')
  }
  await send(app, [user('one')])
  app.engine.script = () => say('Fine.')
  await send(app, [user('two')])
  expect(lastPrompt(app)).toEqual([
    said('one'),
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', token },
        { type: 'reasoning', text: '', token: { ...token, kind: 'redacted' } },
        { type: 'text', text: 'Hello' },
      ],
    },
    said('two'),
  ])
})

describe('results of tools come first in every format that has them', () => {
  const formats = [
    {
      name: 'Messages',
      path: '/v1/messages',
      body: (content: unknown) => ({
        model: MODEL,
        max_tokens: 10,
        tools: [{ name: 'weather', input_schema: { type: 'object' } }],
        messages: [{ role: 'user', content }],
      }),
      result: (id: string) => [{ type: 'tool_result', tool_use_id: id, content: 'wet' }],
    },
    {
      name: 'Responses',
      path: '/v1/responses',
      body: (input: unknown) => ({ model: MODEL, tools: [{ type: 'function', name: 'weather' }], input }),
      result: (id: string) => [{ type: 'function_call_output', call_id: id, output: 'wet' }],
    },
    {
      name: 'Gemini',
      path: `/v1beta/models/${MODEL}:generateContent`,
      body: (text: unknown) => ({
        contents: [{ role: 'user', parts: typeof text === 'string' ? [{ text }] : text }],
        tools: [{ functionDeclarations: [{ name: 'weather' }] }],
      }),
      result: (id: string) => [{ functionResponse: { id, name: 'weather', response: { output: 'wet' } } }],
    },
  ]

  test.each(formats)('$name', async ({ path, body, result }) => {
    const app = testApp()
    const post = (content: unknown, session = 'a') => postIn(session, app, path, body(content))
    app.engine.script = () => call()
    expect((await post('one')).status).toBe(200)
    expect((await post(result('other'))).status).toBe(400)
    expect((await post(result('c1'), 'unknown')).status).toBe(400)
    app.engine.script = () => say('It rains.')
    expect((await post(result('c1'))).status).toBe(200)
    expect(lastPrompt(app)).toEqual([
      said('one'),
      { ...answered('', { calls: [{ id: 'c1', name: 'weather', arguments: '{}' }] }), origin: MODEL },
      resultOf('c1', 'wet'),
    ])
  })

  test('but for instructions, which may stand before them in Responses', async () => {
    const app = testApp()
    const { path, body, result } = formats[1]!
    app.engine.script = () => call()
    await postIn('a', app, path, body('one'))
    app.engine.script = () => say('It rains.')
    expect((await postIn('a', app, path, body([{ role: 'developer', content: 'Be terse.' }, ...result('c1')]))).status).toBe(200)
    expect(lastPrompt(app).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
    expect((await postIn('a', app, path, body([{ role: 'user', content: 'And?' }, ...result('c1')]))).status).toBe(400)
  })

  test('Gemini’s need the id of their call, for nothing else names it', async () => {
    const app = testApp()
    const { path, body, result } = formats[2]!
    app.engine.script = () => call()
    await postIn('a', app, path, body('one'))
    const response = await postIn('a', app, path, body(result(undefined as never)))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('contents[0].parts[0].functionResponse.id') } })
  })
})

async function postIn(session: string, { app }: TestApp, path: string, body: unknown): Promise<Response> {
  return app.request(path, { method: 'POST', headers: { 'content-type': 'application/json', 'x-bridge-session': session }, body: JSON.stringify(body) })
}

async function* call(): AsyncGenerator<AnswerEvent> {
  yield { type: 'tool-call-start', index: 0, id: 'c1', name: 'weather' }
  yield { type: 'tool-call-delta', index: 0, arguments: '{}' }
  yield { type: 'finish', reason: 'tool-calls', usage: undefined }
}

test('names, keys and requests without a name are apart', async () => {
  const app = testApp({ apiKeys: ['key-number-one', 'key-number-two'] })
  const as = (key: string, name?: string) => ({ authorization: `Bearer ${key}`, ...(name === undefined ? {} : { 'x-bridge-session': name }) })
  await send(app, [user('one')], {}, as('key-number-one', 'a'))
  for (const headers of [as('key-number-one', 'b'), as('key-number-two', 'a'), as('key-number-one')]) {
    await send(app, [user('two')], {}, headers)
    expect(lastPrompt(app)).toEqual([said('two')])
  }
  await send(app, [user('three')], {}, { 'x-api-key': 'key-number-one', 'x-bridge-session': 'a' })
  expect(lastPrompt(app)).toHaveLength(3)
})

test('a user is a name only where that is configured', async () => {
  for (const userSessions of [false, true]) {
    const app = testApp({ userSessions })
    await send(app, [user('one')], { user: 'me' }, {})
    await send(app, [user('two')], { user: 'me' }, {})
    expect(lastPrompt(app)).toHaveLength(userSessions ? 3 : 1)
  }
})

test('two requests at a time: the second is refused, and nothing of it is kept', async () => {
  const app = testApp()
  await send(app, [user('one')])
  const turn = gate()
  app.engine.script = async function* () {
    await turn.opened
    yield* say('later')
  }
  const first = send(app, [user('two')])
  await expect.poll(() => app.engine.prompts.length).toBe(2)
  for (const stream of [false, true]) {
    const refused = await send(app, [user('three')], { stream })
    expect(refused.status).toBe(409)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ error: { code: 'conversation_busy' } })
  }
  turn.open()
  await first
  await send(app, [user('four')])
  expect(lastPrompt(app)).toEqual([said('one'), answered('Hello'), said('two'), answered('later'), said('four')])
})

test('an answer that fails, or that nobody waits for, leaves the conversation as it was', async () => {
  const app = testApp()
  await send(app, [user('one')])
  app.engine.script = async function* () {
    yield { type: 'text-delta', text: 'half' }
    throw new Error('broken')
  }
  await send(app, [user('two')])
  const aborted = new Promise<void>((resolve) => {
    app.engine.script = hang(resolve, [{ type: 'text-delta', text: 'half' }])
  })
  const response = await app.chat({ model: MODEL, messages: [user('three')], stream: true }, { headers: { 'x-bridge-session': 'a' } })
  await response.body!.cancel()
  await aborted
  app.engine.script = () => say('Fine.')
  await expect.poll(async () => (await send(app, [user('four')])).status).toBe(200)
  expect(lastPrompt(app)).toEqual([said('one'), answered('Hello'), said('four')])
})

test('a name that is too long', async () => {
  const response = await send(testApp(), [user('one')], {}, { 'x-bridge-session': 'x'.repeat(201) })
  expect(response.status).toBe(400)
})

describe('the store', () => {
  const text = (length: number) => [{ role: 'system' as const, content: 'x'.repeat(length) }]

  test('forgets the conversation that was used longest ago', () => {
    const store = new ConversationStore({ maxEntries: 2 })
    for (const name of ['a', 'b', 'a', 'c']) store.keep(name, text(1))
    expect(['a', 'b', 'c'].map((name) => store.find(name) !== undefined)).toEqual([true, false, true])
  })

  test('holds no more bytes than it may', () => {
    const store = new ConversationStore({ maxBytes: 5000 })
    for (const name of ['a', 'b', 'c']) store.keep(name, text(1000))
    expect(['a', 'b', 'c'].map((name) => store.find(name) !== undefined)).toEqual([false, true, true])
    store.keep('b', text(10_000))
    expect(store.find('b')).toBeUndefined()
    expect(store.find('c')).toBeDefined()
  })
})
