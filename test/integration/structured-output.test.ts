import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { inTurn, say, USAGE } from '../support/upstream.ts'

/** Structured output that the bridge demands, because the provider is not asked to. */

let bridge: Bridge
let client: OpenAI

beforeAll(async () => {
  bridge = await startBridge({
    config: { minIdle: 1, maxSize: 3, structuredOutput: 'instructed' },
  })
  client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: 'none', maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user' as const, content: 'Who?' }]
const person = z.object({ name: z.string(), age: z.int() })
const response_format = zodResponseFormat(person, 'person')
const GOOD = '{"name": "Ada", "age": 36}'
const BAD = '{"name": "Ada", "age": "unsure"}'

test('the openai SDK parses what the model wrapped in prose; the provider is told in words', async () => {
  bridge.upstream.answer(say(['Sure:\n```json\n', ...GOOD, '\n```\nAnything else?']))
  const { choices, usage } = await client.chat.completions.parse({ model: 'test/model', messages, response_format })
  expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: GOOD, parsed: { name: 'Ada', age: 36 } } })
  expect(usage).toMatchObject(USAGE)

  expect(bridge.upstream.calls).toHaveLength(1)
  const { body } = bridge.upstream.calls[0]!
  expect(body).not.toHaveProperty('response_format')
  expect(body.messages).toEqual([{ role: 'system', content: expect.stringContaining(JSON.stringify(response_format.json_schema.schema)) }, messages[0]])
})

test('an answer that does not match is asked for once more', async () => {
  bridge.upstream.answer(inTurn(say(BAD), say(GOOD)))
  const text = await (await bridge.chat({ messages, response_format, stream: true, stream_options: { include_usage: true } })).text()
  expect(text).toMatch(/^: retry 1 in 0 ms: /)
  const frames = parseFrames(text)
  expect(contentOf(frames)).toBe(GOOD)
  expect(frames.find((frame) => frame.usage)?.usage).toMatchObject({ total_tokens: 2 * USAGE.total_tokens })
  expect(bridge.upstream.calls[1]!.body.messages.slice(-2)).toMatchObject([
    { role: 'assistant', content: BAD },
    { role: 'user', content: expect.stringContaining('/age must be integer') },
  ])
})

test('twice, it is an honest error', async () => {
  bridge.upstream.answer(say(BAD))
  const error = await client.chat.completions.parse({ model: 'test/model', messages, response_format }).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(OpenAI.InternalServerError)
  expect(error).toMatchObject({ status: 502, code: 'invalid_structured_output', message: expect.stringContaining('/age must be integer') })
  expect(String(error)).not.toContain('unsure')
  expect(bridge.upstream.calls).toHaveLength(2)

  const streamed = await bridge.chat({ messages, response_format, stream: true })
  expect(streamed.status).toBe(502)
  expect(await streamed.json()).toMatchObject({ error: { code: 'invalid_structured_output' } })
})

test('json_object needs JSON and nothing more', async () => {
  bridge.upstream.answer(inTurn(say('Ada, 36'), say('It is {"any": "thing"}.')))
  const { choices } = await client.chat.completions.create({ model: 'test/model', messages, response_format: { type: 'json_object' } })
  expect(choices[0]!.message.content).toBe('{"any": "thing"}')
})

test('a schema that is none is the client’s mistake, and the provider hears nothing of it', async () => {
  const format = { type: 'json_schema', json_schema: { name: 'p', schema: { type: 'strnig' } } }
  for (const stream of [false, true]) {
    const response = await bridge.chat({ messages, response_format: format, stream })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_json_schema', param: 'response_format' } })
  }
  expect(bridge.upstream.calls).toHaveLength(0)
})
