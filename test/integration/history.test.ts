import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { say } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3 } })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

/** The messages with which the provider was called for these. */
async function sentFor(messages: object[], fields: object = {}): Promise<any[]> {
  const response = await bridge.chat({ messages, ...fields })
  expect(response.status, await response.text()).toBe(200)
  expect(bridge.upstream.calls).toHaveLength(1)
  return bridge.upstream.calls[0]!.body.messages
}

const user = (content = 'hi') => ({ role: 'user', content })
const call = (id: string, args = '{"city":  "Rome",\n"n":1.0}', name = 'weather') => ({ id, type: 'function', function: { name, arguments: args } })
const result = (id: string, content = 'sunny') => ({ role: 'tool', tool_call_id: id, content })
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }]

test('every role reaches the provider, in order, with ids and arguments to the letter', async () => {
  const sent = await sentFor(
    [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'Be ' },
          { type: 'text', text: 'brief.' },
        ],
      },
      { role: 'developer', content: 'In Celsius.' },
      user('Weather?'),
      {
        role: 'assistant',
        content: 'I look.',
        reasoning_content: 'Which city?',
        tool_calls: [call('call_1'), call('call_2', 'not json {'), call('call_3', '')],
      },
      result('call_1', 'sunny'),
      {
        role: 'tool',
        tool_call_id: 'call_2',
        content: [
          { type: 'text', text: 'ra' },
          { type: 'text', text: 'in' },
        ],
      },
      result('call_3', ''),
      { role: 'assistant', content: 'Mixed.' },
      user('And tomorrow?'),
    ],
    { tools },
  )
  expect(sent).toMatchObject([
    { role: 'system', content: 'Be brief.' },
    { role: 'system', content: 'In Celsius.' },
    { role: 'user', content: 'Weather?' },
    { role: 'assistant', content: 'I look.', reasoning_content: 'Which city?', tool_calls: [call('call_1'), call('call_2', 'not json {'), call('call_3', '')] },
    { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
    { role: 'tool', tool_call_id: 'call_2', content: 'rain' },
    { role: 'tool', tool_call_id: 'call_3', content: '' },
    { role: 'assistant', content: 'Mixed.' },
    { role: 'user', content: 'And tomorrow?' },
  ])
  expect(sent).toHaveLength(9)
})

test('ids that a later turn uses again keep their own arguments and results', async () => {
  const turn = (city: string) => [
    user(city),
    { role: 'assistant', content: null, tool_calls: [call('call_0', `{"city":"${city}"}`)] },
    result('call_0', `in ${city}`),
  ]
  const sent = await sentFor([...turn('Rome'), ...turn('Oslo')])
  expect(sent.flatMap((message) => message.tool_calls ?? []).map((made) => made.function.arguments)).toEqual(['{"city":"Rome"}', '{"city":"Oslo"}'])
  expect(sent.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual(['in Rome', 'in Oslo'])
})

test('a conversation may begin and end with the assistant', async () => {
  const messages = [{ role: 'assistant', content: 'Hello.' }, user('Continue:'), { role: 'assistant', content: 'Once upon' }]
  expect(await sentFor(messages)).toMatchObject(messages)
})

test('a conversation may end with a result', async () => {
  const messages = [user(), { role: 'assistant', content: null, tool_calls: [call('call_1')] }, result('call_1')]
  const sent = await sentFor(messages)
  expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
  expect(sent[1].tool_calls).toEqual([call('call_1')])
  expect(sent[1].content ?? '').toBe('')
})

test('a conversation may be nothing but system messages', async () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'system', content: 'Say hello.' },
  ]
  expect(await sentFor(messages)).toEqual(messages)
})

test('a refusal is what the assistant said', async () => {
  const sent = await sentFor([user(), { role: 'assistant', content: null, refusal: 'No.' }, user('why?')])
  expect(sent[1]).toMatchObject({ role: 'assistant', content: 'No.' })
})

test('reasoning comes back by the names of gateways too', async () => {
  const sent = await sentFor([
    user(),
    { role: 'assistant', content: 'A', reasoning: 'B', reasoning_details: [{ type: 'reasoning.text', text: 'B' }] },
    user('why?'),
  ])
  expect(sent[1]).toMatchObject({ role: 'assistant', content: 'A', reasoning_content: 'B' })
})

test('users in a row, and white space, stay as they are', async () => {
  const messages = [user('one'), user(' \n'), user('two '), { role: 'assistant', content: ' three\n' }, user('four')]
  expect(await sentFor(messages)).toEqual(messages)
})

test.each<[string, object[], string]>([
  ['an answer to no call', [user(), result('call_1')], 'messages[1].tool_call_id'],
  ['a call without answer', [user(), { role: 'assistant', tool_calls: [call('call_1')] }, user()], 'messages[1].tool_calls'],
  ['an empty message', [user('')], 'messages[0].content'],
])('%s is refused before any process is used', async (_name, messages, param) => {
  const response = await bridge.chat({ messages })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } })
  expect(bridge.upstream.calls).toHaveLength(0)
})
