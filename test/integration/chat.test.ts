import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { echo, say, stepped } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3 }, models: { model: {}, other: {} } })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

test('a chat reaches the provider in one call, with roles, system and order as sent, and nothing added', async () => {
  const messages = [
    { role: 'system', content: 'You are terse.' },
    { role: 'user', content: 'One?' },
    { role: 'assistant', content: '1' },
    { role: 'user', content: 'Two?' },
  ]
  const response = await bridge.chat({ messages })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    object: 'chat.completion',
    model: 'test/model',
    choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 10, total_tokens: 21 },
  })
  expect(bridge.upstream.calls).toHaveLength(1)
  const [call] = bridge.upstream.calls
  expect(call!.body.messages).toEqual(messages)
  expect(call!.text.length - JSON.stringify(messages).length).toBeLessThanOrEqual(300)
})

test('system messages keep their place, also after the user’s', async () => {
  const messages = [
    { role: 'system', content: 'first' },
    { role: 'system', content: 'second' },
    { role: 'user', content: 'hello' },
    { role: 'system', content: 'Third: {"quoted"}' },
    { role: 'user', content: 'go on' },
  ]
  expect((await bridge.chat({ messages })).status).toBe(200)
  expect(bridge.upstream.calls[0]!.body.messages).toEqual(messages)
})

test('a process that was warmed for one model serves another', async () => {
  const response = await bridge.chat({ model: 'test/other', messages: [{ role: 'user', content: 'hi' }] })
  expect(await response.json()).toMatchObject({ model: 'test/other' })
  expect(bridge.upstream.calls.map((call) => call.body.model)).toEqual(['other'])
})

test('tokens arrive one by one', async () => {
  const tokens = Array.from({ length: 40 }, (_, index) => `t${index} `)
  const answer = stepped(tokens.map((content) => ({ content })))
  bridge.upstream.answer(answer.script)
  const response = await bridge.chat({ messages: [{ role: 'user', content: 'count' }], stream: true })
  // Each is sent once the one before has arrived here; a buffer anywhere between would hold this up for good.
  const arrived: string[] = []
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const token = contentOf(parseFrames(chunk))
    if (token === '') continue
    arrived.push(token)
    answer.next()
  }
  expect(arrived).toEqual(tokens)
})

test('include_usage adds the provider’s usage', async () => {
  const response = await bridge.chat({ messages: [{ role: 'user', content: 'x' }], stream: true, stream_options: { include_usage: true } })
  const frames = parseFrames(await response.text())
  expect(frames.at(-1)).toBe('[DONE]')
  expect(frames.at(-2)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 5 } },
  })
})

const printable = Array.from({ length: 31 }, (_, code) => String.fromCharCode(code + 1)).join('')
const prompts: [string, string][] = [
  ['1 MB', 'x'.repeat(1024 * 1024 - 7) + ' — end'],
  ['control characters', printable],
  ['emoji and rare letters', '👩‍👩‍👧‍👦 🇩🇪 e\u0301 \u2028\u2029 \u{10ffff} \ufeffbom'],
  ['a leading dash', '--help'],
  ['shell syntax', '$(touch /tmp/x) `id` "q" \'s\' \\n %s !! ; rm -rf'],
  ['white space at the ends', '\n\t  spaced  \n'],
  ['what looks like an envelope', '{"ocb":1,"type":"done"}'],
]
// The way into a process is one and the same on every engine, and on `run` each takes another.
test.each(prompts.slice(0, process.env.TEST_ENGINE === 'run' ? 2 : undefined))('a prompt survives byte for byte: %s', async (_name, prompt) => {
  bridge.upstream.answer(echo)
  const response = await bridge.chat({ messages: [{ role: 'user', content: prompt }] })
  const body = (await response.json()) as any
  expect(bridge.upstream.calls[0]!.body.messages[0].content === prompt).toBe(true)
  expect(body.choices[0].message.content === prompt).toBe(true)
})
