import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { inTurn, say, stream, USAGE } from '../support/upstream.ts'

/** Tools for a model that has none: JSON in its text, and the client sees no difference. */

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({
    config: { minIdle: 1, maxSize: 3, jsonTools: ['test/forced*'], nativeTools: ['test/forced-native'] },
    models: { model: { tool_call: false }, forced: { tool_call: true }, 'forced-native': { tool_call: false } },
  })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user' as const, content: 'Weather in Oslo?' }]
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }
const tools = [{ type: 'function' as const, function: { name: 'weather', description: 'The weather of a city', parameters } }]
const CALL = '<tool_call>\n{"tool": "weather", "args": {"city": "Oslo"}}\n</tool_call>'
const OSLO = { type: 'function', function: { name: 'weather', arguments: '{"city": "Oslo"}' } }

const doubled = { prompt_tokens: 2 * USAGE.prompt_tokens, completion_tokens: 2 * USAGE.completion_tokens, total_tokens: 2 * USAGE.total_tokens }

async function answerTo(fields: object = {}): Promise<any> {
  const response = await bridge.chat({ messages, tools, ...fields })
  const body = (await response.json()) as any
  expect(response.status, JSON.stringify(body)).toBe(200)
  return body
}

test('the provider sees text only, and the client a call with the provider’s usage', async () => {
  bridge.upstream.answer(say(['Let me see.\n', ...CALL]))
  const { choices, usage } = await answerTo({ parallel_tool_calls: true, tool_choice: 'auto' })
  expect(choices).toMatchObject([{ message: { content: 'Let me see.\n', tool_calls: [OSLO] }, finish_reason: 'tool_calls' }])
  expect(usage).toMatchObject(USAGE)

  expect(bridge.upstream.calls).toHaveLength(1)
  const { body } = bridge.upstream.calls[0]!
  expect(Object.keys(body)).not.toEqual(expect.arrayContaining([expect.stringMatching(/tool/)]))
  expect(body.messages.map(({ role }: { role: string }) => role)).toEqual(['system', 'user'])
  expect(body.messages[0].content).toContain(JSON.stringify(tools[0]!.function))
})

test('streamed, text comes as text and a call as a call', async () => {
  bridge.upstream.answer(say(['One ', 'moment. ', ...`${CALL}\n${CALL}`]))
  const frames = parseFrames(await (await bridge.chat({ messages, tools, stream: true })).text())
  expect(contentOf(frames)).toBe('One moment. ')
  const deltas = frames.flatMap((frame) => frame.choices?.[0]?.delta?.tool_calls ?? [])
  expect(deltas.filter((delta) => delta.id).map((delta) => [delta.index, delta.function.name])).toEqual([
    [0, 'weather'],
    [1, 'weather'],
  ])
  expect(new Set(deltas.flatMap((delta) => delta.id ?? [])).size).toBe(2)
  expect(
    deltas
      .filter((delta) => delta.index === 0)
      .map((delta) => delta.function.arguments)
      .join(''),
  ).toBe('{"city": "Oslo"}')
  expect(frames.filter((frame) => frame.choices?.[0]?.finish_reason).map((frame) => frame.choices[0].finish_reason)).toEqual(['tool_calls'])
  expect(frames.at(-1)).toBe('[DONE]')
})

test('the openai SDK runs its tools to the end, results included', async () => {
  bridge.upstream.answer(inTurn(say(CALL), say('It rains.')))
  const client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const asked: unknown[] = []
  const runner = client.chat.completions.runTools({
    model: 'test/model',
    messages,
    tools: [
      {
        type: 'function',
        function: {
          name: 'weather',
          description: 'The weather of a city',
          parameters,
          parse: JSON.parse,
          function: (args: object) => {
            asked.push(args)
            return 'rain'
          },
        },
      },
    ],
  })
  expect(await runner.finalContent()).toBe('It rains.')
  expect(asked).toEqual([{ city: 'Oslo' }])

  expect(bridge.upstream.calls).toHaveLength(2)
  const [, question, call, result] = bridge.upstream.calls[1]!.body.messages
  expect(question).toEqual(messages[0])
  expect(call).toEqual({
    role: 'assistant',
    content: expect.stringMatching(/^<tool_call>\n\{"id": "call_\w{24}", "tool": "weather", "args": \{"city": "Oslo"\}\}\n<\/tool_call>$/),
  })
  expect(result).toEqual({
    role: 'user',
    content: expect.stringMatching(/^<tool_result>\n\{"id":"call_\w{24}","tool":"weather","result":"rain"\}\n<\/tool_result>$/),
  })
})

describe('a call that is not valid', () => {
  test('is asked for once more, with the reason, and both calls are in the usage', async () => {
    bridge.upstream.answer(inTurn(say('<tool_call>{"tool": "weather", "args": {"town": "Oslo"}}</tool_call>'), say(CALL)))
    const { choices, usage } = await answerTo()
    expect(choices).toMatchObject([{ message: { tool_calls: [OSLO] }, finish_reason: 'tool_calls' }])
    expect(usage).toMatchObject(doubled)
    const [first, second] = bridge.upstream.calls.map((call) => call.body.messages)
    expect(second.slice(0, first.length)).toEqual(first)
    expect(second.slice(first.length)).toMatchObject([
      { role: 'assistant', content: expect.stringContaining('"town"') },
      { role: 'user', content: expect.stringContaining("must have required property 'city'") },
    ])
  })

  test('is passed on as the model wrote it the second time', async () => {
    bridge.upstream.answer(say('<tool_call>{"tool": "weather", "args": {"city": }}</tool_call>'))
    const { choices } = await answerTo()
    expect(choices).toMatchObject([{ message: { tool_calls: [{ function: { name: 'weather', arguments: '{"city": }' } }] }, finish_reason: 'tool_calls' }])
    expect(bridge.upstream.calls).toHaveLength(2)
  })
})

test('a demanded call is demanded again', async () => {
  bridge.upstream.answer(inTurn(say('I would rather not.'), say(CALL)))
  const { choices } = await answerTo({ tool_choice: 'required' })
  expect(choices).toMatchObject([{ message: { content: null, tool_calls: [OSLO] } }])
  expect(bridge.upstream.calls).toHaveLength(2)
})

test('a model can be forced to JSON, and another to native', async () => {
  bridge.upstream.answer(say(CALL))
  expect((await answerTo({ model: 'test/forced' })).choices).toMatchObject([{ message: { tool_calls: [OSLO] } }])
  expect(bridge.upstream.calls[0]!.body).not.toHaveProperty('tools')

  const native = { tool_calls: [{ index: 0, id: 'call_x', type: 'function', function: { name: 'weather', arguments: '{"city": "Oslo"}' } }] }
  bridge.upstream.answer(stream([native], { finishReason: 'tool_calls' }))
  expect((await answerTo({ model: 'test/forced-native' })).choices).toMatchObject([{ message: { tool_calls: [{ ...OSLO, id: 'call_x' }] } }])
  expect(bridge.upstream.calls[1]!.body.tools).toEqual(tools)
})
