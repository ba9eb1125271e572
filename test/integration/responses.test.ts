import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { breakOff, say, stream } from '../support/upstream.ts'

let bridge: Bridge
let client: OpenAI

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 2 } })
  client = new OpenAI({ apiKey: 'none', baseURL: `${bridge.url}/v1`, maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

const model = 'test/model'

test('a response comes from one call to the provider, with nothing added', async () => {
  const response = await client.responses.create({ model, instructions: 'You are terse.', input: 'One?' })
  expect(response).toMatchObject({ status: 'completed', output_text: 'ok', usage: { input_tokens: 11, output_tokens: 10, total_tokens: 21 } })
  expect(bridge.upstream.calls.map(({ body }) => body.messages)).toEqual([
    [
      { role: 'system', content: 'You are terse.' },
      { role: 'user', content: 'One?' },
    ],
  ])
})

test('tools of all kinds are called by the names that the client knows, and a previous response goes on', async () => {
  const call = (index: number, name: string, json: string) => ({ index, id: `call_${index}`, type: 'function', function: { name, arguments: json } })
  bridge.upstream.answer(
    stream(
      [
        { tool_calls: [call(0, 'apply_patch', '{"input":"*** Be')] },
        { tool_calls: [{ index: 0, function: { arguments: 'gin\\n"}' } }] },
        { tool_calls: [call(1, 'mcp__files__list', '{"path":"/"}')] },
      ],
      { finishReason: 'tool_calls' },
    ),
  )
  const list = { type: 'function' as const, name: 'list', strict: false, parameters: { type: 'object', properties: { path: { type: 'string' } } } }
  const tools: OpenAI.Responses.Tool[] = [
    { type: 'custom', name: 'apply_patch', description: 'Edits files' },
    { type: 'namespace', name: 'mcp__files', description: 'Files', tools: [list] },
    { type: 'web_search' },
  ]
  const first = await client.responses.stream({ model, input: 'Go', tools }).finalResponse()
  expect(first.output).toMatchObject([
    { type: 'custom_tool_call', call_id: 'call_0', name: 'apply_patch', input: '*** Begin\n' },
    { type: 'function_call', call_id: 'call_1', name: 'list', namespace: 'mcp__files', arguments: '{"path":"/"}' },
  ])

  bridge.upstream.answer(say('Done.'))
  const second = await client.responses.create({
    model,
    tools,
    previous_response_id: first.id,
    input: [
      { type: 'custom_tool_call_output', call_id: 'call_0', output: 'patched' },
      { type: 'function_call_output', call_id: 'call_1', output: 'a.txt' },
    ],
  })
  expect(second.output_text).toBe('Done.')
  expect(bridge.upstream.calls.at(-1)!.body.messages).toMatchObject([
    { role: 'user', content: 'Go' },
    {
      role: 'assistant',
      tool_calls: [
        { id: 'call_0', function: { name: 'apply_patch', arguments: '{"input":"*** Begin\\n"}' } },
        { id: 'call_1', function: { name: 'mcp__files__list', arguments: '{"path":"/"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_0', content: 'patched' },
    { role: 'tool', tool_call_id: 'call_1', content: 'a.txt' },
  ])
})

test('a provider that breaks off fails the response', async () => {
  bridge.upstream.answer(breakOff(['Hel']))
  const events: OpenAI.Responses.ResponseStreamEvent[] = []
  const read = async (): Promise<void> => {
    for await (const event of await client.responses.create({ model, input: 'Hi', stream: true })) events.push(event)
  }
  await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
  const [created] = events
  const id = created?.type === 'response.created' ? created.response.id : ''
  expect(await client.responses.retrieve(id)).toMatchObject({ status: 'failed', output: [{ status: 'incomplete' }] })
})
