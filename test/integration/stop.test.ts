import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge, until } from '../support/bridge.ts'
import { say, stall, USAGE } from '../support/upstream.ts'

/** `stop` where the provider would not know it. */

let bridge: Bridge

beforeAll(async () => {
  // An SDK whose format the bridge takes for unknown, although it is OpenAI's, so that the same upstream serves both.
  const models = { model: {}, unknown: { provider: { npm: 'venice-ai-sdk-provider' } } }
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3, lane: 'auto' }, models })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user', content: 'Count.' }]
const unknown = { model: 'test/unknown', messages, stop: ['END', '\n\n'] }

test('a provider that takes it gets it, and its text is not touched', async () => {
  bridge.upstream.answer(say('one END two'))
  const answer = (await (await bridge.chat({ ...unknown, model: 'test/model' })).json()) as any
  expect(answer.choices).toMatchObject([{ message: { content: 'one END two' }, finish_reason: 'stop' }])
  expect(bridge.upstream.calls[0]!.body.stop).toEqual(['END', '\n\n'])
})

test('for another the bridge cuts, also between deltas, and hangs up', async () => {
  bridge.upstream.answer(stall(['one ', 'two E', 'N', 'D three', ' four']))
  const answer = (await (await bridge.chat(unknown)).json()) as any
  expect(answer.choices).toMatchObject([{ message: { content: 'one two ' }, finish_reason: 'stop' }])
  expect(bridge.upstream.calls).toHaveLength(1)
  expect(bridge.upstream.calls[0]!.body).not.toHaveProperty('stop')
  await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
})

test('streamed, the text ends before the sequence and the stream in order', async () => {
  bridge.upstream.answer(stall(['one', '\n', '\ntwo']))
  const frames = parseFrames(await (await bridge.chat({ ...unknown, stream: true })).text())
  expect(contentOf(frames)).toBe('one')
  expect(frames.at(-2).choices).toMatchObject([{ finish_reason: 'stop' }])
  expect(frames.at(-1)).toBe('[DONE]')
})

test('without a match the answer is whole and its usage known', async () => {
  bridge.upstream.answer(say(['one EN', '\n']))
  const answer = (await (await bridge.chat(unknown)).json()) as any
  expect(answer).toMatchObject({ choices: [{ message: { content: 'one EN\n' }, finish_reason: 'stop' }], usage: USAGE })
})
