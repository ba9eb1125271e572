import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { altered, send, TOOLS } from '../support/strict/by-hand.ts'
import { type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'
import { nonceOf } from '../support/strict/scripts.ts'

let provider: StrictProvider

beforeAll(async () => {
  provider = await startStrictProvider()
})

afterAll(() => provider.close())

const call = (id: string) => ({ id, type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } })
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'sunny' })

const GOOD = {
  model: 'gpt-4.1-loop',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is the weather like?' },
    { role: 'assistant', content: null, tool_calls: [call('call_1'), call('call_2')] },
    result('call_2'),
    result('call_1'),
  ],
  tools: TOOLS.chat,
}

const chat = (body: object) => send(provider, { wire: 'chat', path: '/chat/completions', body })

describe('what OpenAI refuses in chat', () => {
  test('a good request is none of it', async () => {
    const { status, json } = await chat(GOOD)
    expect(status).toBe(200)
    expect(json).toMatchObject({ object: 'chat.completion', choices: [{ finish_reason: 'tool_calls', message: { role: 'assistant', content: null } }] })
    expect(provider.violations).toEqual([])
  })

  test.each<[rule: string, change: (body: any) => void, error: object]>([
    ['missing', (body) => delete body.model, { message: 'you must provide a model parameter' }],
    ['missing', (body) => delete body.messages, { param: 'messages', code: 'missing_required_parameter' }],
    ['empty-messages', (body) => (body.messages = []), { code: 'empty_array' }],
    ['unknown-field', (body) => (body.top_k = 3), { message: 'Unrecognized request argument supplied: top_k', code: null }],
    ['unknown-field', (body) => (body.messages[1].cache_control = {}), { param: 'messages[1].cache_control', code: 'unknown_parameter' }],
    ['unknown-field', (body) => (body.messages[2].reasoning_content = 'x'), { param: 'messages[2].reasoning_content' }],
    ['role', (body) => (body.messages[1].role = 'human'), { param: 'messages[1].role', code: 'invalid_value' }],
    ['content', (body) => (body.messages[1].content = null), { param: 'messages[1].content' }],
    ['content', (body) => (body.messages[1].content = []), { code: 'empty_array' }],
    ['type', (body) => (body.messages[1].content = 7), { code: 'invalid_type' }],
    ['part-type', (body) => (body.messages[1].content = [{ type: 'image' }]), { param: 'messages[1].content[0].type' }],
    ['part-type', (body) => (body.messages[3].content = [{ type: 'image_url', image_url: { url: 'data:' } }]), { param: 'messages[3].content[0].type' }],
    ['empty-calls', (body) => (body.messages[2].tool_calls = []), { code: 'empty_array' }],
    ['call-id', (body) => (body.messages[2].tool_calls[1].id = 'call_1'), { param: 'messages[2].tool_calls' }],
    ['call-id', (body) => (body.messages[2].tool_calls[0].id = 'x'.repeat(41)), { code: 'string_above_max_length' }],
    ['type', (body) => (body.messages[2].tool_calls[0].function.arguments = {}), { param: 'messages[2].tool_calls[0].function.arguments' }],
    ['call-without-result', (body) => body.messages.pop(), { message: expect.stringContaining('did not have response messages: call_1') }],
    ['call-without-result', (body) => body.messages.splice(3, 0, { role: 'user', content: 'wait' }), { param: 'messages' }],
    [
      'result-without-call',
      (body) => body.messages.splice(2, 1),
      { message: expect.stringContaining("must be a response to a preceeding message with 'tool_calls'") },
    ],
    ['result-without-call', (body) => body.messages.push(result('call_9')), { param: 'messages.[5].role' }],
    ['empty-tools', (body) => (body.tools = []), { code: 'empty_array' }],
    ['choice-without-tools', (body) => Object.assign(body, { tools: undefined, tool_choice: 'auto' }), { param: 'tool_choice' }],
    ['tool-name', (body) => (body.tools[0].function.name = 'get weather'), { code: 'invalid_value' }],
    [
      'tool-schema',
      (body) => (body.tools[0].function.parameters = { type: 'object' }),
      { code: 'invalid_function_parameters', message: expect.stringContaining('object schema missing properties') },
    ],
    [
      'tool-schema',
      (body) => (body.tools[0].function.parameters.properties.list = { type: 'array' }),
      { message: expect.stringContaining('array schema missing items') },
    ],
    ['tool-choice', (body) => (body.tool_choice = { type: 'function', function: { name: 'other' } }), { param: 'tool_choice' }],
    ['range', (body) => (body.temperature = 2.5), { param: 'temperature' }],
    ['range', (body) => (body.max_tokens = 0), { param: 'max_tokens' }],
    ['stream-options', (body) => (body.stream_options = { include_usage: true }), { param: 'stream_options' }],
    ['missing', (body) => (body.response_format = { type: 'json_schema', json_schema: {} }), { param: 'response_format.json_schema.name' }],
  ])('%s (%#)', async (rule, change, error) => {
    provider.reset()
    const { status, json } = await chat(altered(GOOD, change))
    expect(provider.violations).toMatchObject([{ rule: `openai-chat/${rule}` }])
    expect({ status, json }).toMatchObject({ status: 400, json: { error: { message: expect.any(String), type: 'invalid_request_error', ...error } } })
    expect(Object.keys(json.error)).toEqual(['message', 'type', 'param', 'code'])
  })

  test('an unknown model and a wrong key', async () => {
    expect(await chat({ ...GOOD, model: 'gpt-9' })).toMatchObject({ status: 404, json: { error: { code: 'model_not_found' } } })
    const stranger = await send(provider, { wire: 'chat', path: '/chat/completions', body: GOOD, headers: { authorization: 'Bearer nope' } })
    expect(stranger).toMatchObject({ status: 401, json: { error: { code: 'invalid_api_key' } } })
  })
})

test('a loop ends with what only its results tell', async () => {
  provider.reset()
  const messages: any[] = [{ role: 'user', content: 'Go' }]
  const results: string[] = []
  for (;;) {
    const { json } = await chat({ model: 'gpt-4.1-loop', messages, tools: TOOLS.chat })
    const { message } = json.choices[0]
    messages.push(message)
    if (!message.tool_calls) break
    for (const { id, function: called } of message.tool_calls) {
      results.push(`weather of ${JSON.parse(called.arguments).city}`)
      messages.push({ role: 'tool', tool_call_id: id, content: results.at(-1) })
    }
  }
  expect(results).toHaveLength(3)
  expect(new Set(results).size).toBe(3)
  expect(messages.at(-1).content).toBe(`All done: ${nonceOf(results)}`)
  expect(provider.violations).toEqual([])
})
