import OpenAI from 'openai'
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod'
import type { ResponseInput, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Bridge, until } from '../support/bridge.ts'
import { converse, startClientBridge, untilHungUp } from '../support/converse.ts'
import { breakOff, fail, hang, inTurn, say, stall, stream, USAGE } from '../support/upstream.ts'
import { OPENAI_FAILURES } from './openai-failures.ts'

/** The Responses half of the openai package, on the real opencode. */

const apiKey = 'a-key-of-the-bridge'

let bridge: Bridge
let client: OpenAI

beforeAll(async () => {
  bridge = await startClientBridge({
    config: { apiKeys: [apiKey] },
    models: { model: { reasoning: true, modalities: { input: ['text', 'image', 'pdf'], output: ['text'] } }, blind: {} },
  })
  client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey, maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const model = 'test/model'
const input = 'How is it in Rome and in Oslo?'
const asked = { role: 'user', content: input }
const place = z.object({ city: z.string() })
const weather = zodResponsesFunction({ name: 'weather', description: 'The weather of a city', parameters: place })
const person = z.object({ name: z.string(), age: z.number() })
const ada = { name: 'Ada', age: 36 }
/** What the upstream's usage is in the numbers of Responses. */
const USED = {
  input_tokens: USAGE.prompt_tokens,
  input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
  output_tokens: USAGE.completion_tokens,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: USAGE.total_tokens,
}

/** Two calls at once, then an answer made of their results. */
const twoCalls = converse({
  reasoning: 'Let me see.',
  turns: [
    [
      { name: 'weather', arguments: { city: 'Rome' } },
      { name: 'weather', arguments: { city: 'Oslo' } },
    ],
  ],
})

describe('create', () => {
  test('gives a response with its text, reasoning and usage', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Hm.', text: 'Sunny.' }))
    const response = await client.responses.create({ model, input, instructions: 'Be terse.', temperature: 0.5, max_output_tokens: 50, metadata: { a: 'b' } })
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      model,
      error: null,
      metadata: { a: 'b' },
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Sunny.' }] },
      ],
      usage: USED,
    })
    expect(response.output_text).toBe('Sunny.')
    expect(response._request_id).toMatch(/^req_/)
    expect(bridge.upstream.calls).toHaveLength(1)
    expect(bridge.upstream.calls[0]!.body).toMatchObject({ temperature: 0.5, max_tokens: 50, messages: [{ role: 'system', content: 'Be terse.' }, asked] })
  })

  test('says that the answer was cut', async () => {
    bridge.upstream.answer(say('Sun', { finishReason: 'length' }))
    expect(await client.responses.create({ model, input })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output_text: 'Sun',
    })
  })

  test('sends an image, and says whose model takes none', async () => {
    bridge.upstream.answer(say('A dot.'))
    const url = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const shown: ResponseInput = [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is it?' },
          { type: 'input_image', image_url: url, detail: 'auto' },
        ],
      },
    ]
    expect((await client.responses.create({ model, input: shown })).output_text).toBe('A dot.')
    expect(bridge.upstream.calls[0]!.body.messages[0].content).toMatchObject([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url } },
    ])
    const refused = await client.responses.create({ model: 'test/blind', input: shown }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError)
    expect(refused).toMatchObject({ code: 'unsupported_value', param: 'input[0].content[1]' })
  })
})

describe('stream', () => {
  test('gives the events of create in their order', async () => {
    bridge.upstream.answer(say(['Sun', 'ny.']))
    const events: ResponseStreamEvent[] = []
    for await (const event of await client.responses.create({ model, input, stream: true })) events.push(event)
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index))
    expect(events[0]!.type).toBe('response.created')
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed', usage: USED } })
    expect(events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : '')).join('')).toBe('Sunny.')
  })

  test('tells of text as it grows, and of the whole', async () => {
    bridge.upstream.answer(converse({ text: 'Sunny in both of them.' }))
    const events = client.responses.stream({ model, input })
    const snapshots: string[] = []
    events.on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot))
    const response = await events.finalResponse()
    expect(response).toMatchObject({ status: 'completed', output_text: 'Sunny in both of them.', usage: USED })
    expect(snapshots.length).toBeGreaterThan(1)
    expect(snapshots.at(-1)).toBe('Sunny in both of them.')
  })

  test('tells of the arguments of calls as they grow', async () => {
    bridge.upstream.answer(twoCalls)
    const events = client.responses.stream({ model, input, tools: [weather] })
    const last: Record<number, string> = {}
    events.on('response.function_call_arguments.delta', ({ output_index, snapshot }) => (last[output_index] = snapshot))
    const { output } = await events.finalResponse()
    expect(Object.values(last)).toEqual(['{"city":"Rome"}', '{"city":"Oslo"}'])
    expect(output.flatMap((item) => (item.type === 'function_call' ? [item.parsed_arguments] : []))).toEqual([{ city: 'Rome' }, { city: 'Oslo' }])
  })

  test('ends with an error where the answer breaks off', async () => {
    bridge.upstream.answer(breakOff(['half']))
    const events = client.responses.stream({ model, input })
    let text = ''
    events.on('response.output_text.delta', ({ delta }) => (text += delta))
    const failure = await events.finalResponse().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OpenAI.APIError)
    expect(failure).toMatchObject({ code: 'upstream_error' })
    expect(text).toBe('half')
  })
})

describe('tools', () => {
  const results = (output: OpenAI.Responses.ResponseOutputItem[]): ResponseInput =>
    output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: `sunny in ${JSON.parse(item.arguments).city}` }]
        : [],
    )

  /** What the provider got of the second turn: the whole conversation, natively. */
  const expectHistory = () => {
    const call = (id: string, city: string) => ({ id, type: 'function', function: { name: 'weather', arguments: JSON.stringify({ city }) } })
    expect(bridge.upstream.calls).toHaveLength(2)
    expect(bridge.upstream.calls[1]!.body.messages).toMatchObject([
      asked,
      { role: 'assistant', tool_calls: [call('call_0_0', 'Rome'), call('call_0_1', 'Oslo')] },
      { role: 'tool', tool_call_id: 'call_0_0', content: 'sunny in Rome' },
      { role: 'tool', tool_call_id: 'call_0_1', content: 'sunny in Oslo' },
    ])
  }

  test('are called, and their results go back with the conversation', async () => {
    bridge.upstream.answer(twoCalls)
    const { output } = await client.responses.create({ model, input, tools: [weather], tool_choice: 'required' })
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'function_call', 'function_call'])
    const second = await client.responses.create({
      model,
      tools: [weather],
      input: [{ role: 'user', content: input }, ...(output as ResponseInput), ...results(output)],
    })
    expect(second.output_text).toBe('It is sunny in Rome, sunny in Oslo.')
    expectHistory()
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      tool_choice: 'required',
      tools: [{ function: { name: 'weather', strict: true, parameters: weather.parameters } }],
    })
  })

  test('are called, and their results go back to the previous response', async () => {
    bridge.upstream.answer(twoCalls)
    const first = await client.responses.parse({ model, input, tools: [weather] })
    const second = await client.responses.stream({ model, tools: [weather], previous_response_id: first.id, input: results(first.output) }).finalResponse()
    expect(second).toMatchObject({ output_text: 'It is sunny in Rome, sunny in Oslo.', previous_response_id: first.id })
    expectHistory()
  })

  test('refuses results without a call', async () => {
    const failure = await client.responses
      .create({ model, input: [{ type: 'function_call_output', call_id: 'call_9', output: 'sunny' }] })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError)
    expect(failure).toMatchObject({ message: expect.stringContaining('call_9') })
  })
})

describe('parse', () => {
  const text = { format: zodTextFormat(person, 'person') }

  test('reads an answer by its zod schema, which the provider got', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const response = await client.responses.parse({ model, input, text })
    expect(response.output_parsed).toEqual(ada)
    expect(bridge.upstream.calls[0]!.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'person', strict: true, schema: text.format.schema },
    })
  })

  test('does so of a stream', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    expect((await client.responses.stream({ model, input, text }).finalResponse()).output_parsed).toEqual(ada)
  })

  test('reads the arguments of calls by theirs', async () => {
    bridge.upstream.answer(twoCalls)
    const { output } = await client.responses.parse({ model, input, tools: [weather] })
    expect(output.flatMap((item) => (item.type === 'function_call' ? [item.parsed_arguments] : []))).toEqual([{ city: 'Rome' }, { city: 'Oslo' }])
  })
})

describe('what is kept', () => {
  test('goes on by previous_response_id, with other instructions', async () => {
    bridge.upstream.answer(say('Sunny.'))
    const first = await client.responses.create({ model, input, instructions: 'Be terse.' })
    const second = await client.responses.create({ model, input: 'And tomorrow?', instructions: 'Be long.', previous_response_id: first.id })
    expect(second.previous_response_id).toBe(first.id)
    expect(bridge.upstream.calls[1]!.body.messages).toMatchObject([
      { role: 'system', content: 'Be long.' },
      asked,
      { role: 'assistant', content: 'Sunny.' },
      { role: 'user', content: 'And tomorrow?' },
    ])
  })

  test('is read, listed and forgotten by its id', async () => {
    bridge.upstream.answer(say('Sunny.'))
    const { id } = await client.responses.create({ model, input })
    expect(await client.responses.retrieve(id)).toMatchObject({ id, status: 'completed', output_text: 'Sunny.' })
    const items = []
    for await (const item of client.responses.inputItems.list(id)) items.push(item)
    expect(items).toMatchObject([{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }])
    await client.responses.delete(id)
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(client.responses.create({ model, input, previous_response_id: id })).rejects.toThrow(
      expect.objectContaining({ status: 404, code: 'previous_response_not_found', param: 'previous_response_id' }),
    )
  })

  test('is nothing where the client does not want it', async () => {
    bridge.upstream.answer(say('Sunny.'))
    const { id } = await client.responses.create({ model, input, store: false })
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})

describe('inputTokens.count', () => {
  test('grows with what is counted, asks no provider, and is told to be an estimate', async () => {
    const { data, response } = await client.responses.inputTokens.count({ model, input }).withResponse()
    expect(data).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) })
    expect(data.input_tokens).toBeGreaterThan(5)
    expect(response.headers.get('x-bridge-estimate')).toBe('true')
    const more = await client.responses.inputTokens.count({ model, input, instructions: 'Be terse.', tools: [weather] })
    expect(more.input_tokens).toBeGreaterThan(data.input_tokens + 10)
    expect(bridge.upstream.calls).toEqual([])
  })

  test('counts the conversation that a previous response belongs to, and keeps nothing', async () => {
    bridge.upstream.answer(say('Sunny.'))
    const { id } = await client.responses.create({ model, input })
    const alone = await client.responses.inputTokens.count({ model, input: 'And tomorrow?' })
    const all = await client.responses.inputTokens.count({ model, input: 'And tomorrow?', previous_response_id: id })
    expect(all.input_tokens).toBeGreaterThan(alone.input_tokens + 8)
    await expect(client.responses.inputTokens.count({ model, input, previous_response_id: 'resp_none' })).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})

describe('abort', () => {
  test('of a stream that speaks', async () => {
    bridge.upstream.answer(stall(['It ', 'is']))
    const events = client.responses.stream({ model, input })
    events.on('response.output_text.delta', ({ snapshot }) => {
      if (snapshot === 'It is') events.abort()
    })
    await expect(events.done()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await untilHungUp(bridge)
  })

  test('of an answer that is waited for', async () => {
    bridge.upstream.answer(hang)
    const aborter = new AbortController()
    const answer = client.responses.create({ model, input }, { signal: aborter.signal })
    void until(() => bridge.upstream.calls.length === 1).then(() => aborter.abort())
    await expect(answer).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await untilHungUp(bridge)
  })

  test('by the id of a response that runs', async () => {
    bridge.upstream.answer(stall(['It ', 'is']))
    const events = await client.responses.create({ model, input, stream: true })
    let cancelled: unknown
    const read = async () => {
      for await (const event of events) if (event.type === 'response.created') cancelled = await client.responses.cancel(event.response.id)
    }
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }))
    expect(cancelled).toMatchObject({ status: 'cancelled' })
    await untilHungUp(bridge)
  })
})

describe('the class of a failure', () => {
  test.each(OPENAI_FAILURES)('%i %s of the provider', async (status, code, kind) => {
    bridge.upstream.answer(fail(status, { message: `It is ${code}.`, type: 'some_type', code }, { 'retry-after': '7' }))
    const helpers = [
      () => client.responses.create({ model, input }),
      () => client.responses.create({ model, input, stream: true }),
      () => client.responses.parse({ model, input }),
      () => client.responses.stream({ model, input }).finalResponse(),
    ]
    for (const helper of helpers) {
      const failure = (await helper().then(String, (error: unknown) => error)) as InstanceType<typeof OpenAI.APIError>
      expect(failure).toBeInstanceOf(kind)
      expect(failure).toMatchObject({ status, code, type: 'some_type', message: `${status} It is ${code}.`, requestID: expect.stringMatching(/^req_/) })
      if (status === 429) expect(failure.headers?.get('retry-after')).toBe('7')
    }
  })

  test('of the bridge itself is the same', async () => {
    const stranger = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: 'wrong', maxRetries: 0 })
    await expect(stranger.responses.create({ model, input })).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(client.responses.create({ model: 'nobody/knows', input })).rejects.toThrow(
      expect.objectContaining({ status: 404, code: 'model_not_found', param: 'model' }),
    )
    await expect(client.responses.create({ model, input, temperature: 3 })).rejects.toThrow(expect.objectContaining({ status: 400, param: 'temperature' }))
    for (const ask of [
      () => client.responses.compact({ model: 'gpt-5', input }),
      () => client.conversations.create(),
      () => client.chat.completions.retrieve('chatcmpl-1'),
    ]) {
      const failure = await ask().then(String, (error: unknown) => error)
      expect(failure).toBeInstanceOf(OpenAI.BadRequestError)
      expect(failure).toMatchObject({ code: 'unsupported_operation' })
    }
    expect(bridge.upstream.calls).toEqual([])
  })

  test('makes the package try again', async () => {
    bridge.upstream.answer(inTurn(fail(429, { message: 'Slow down.' }, { 'retry-after': '0' }), stream([{ content: 'Now.' }])))
    const patient = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey, maxRetries: 1 })
    expect((await patient.responses.create({ model, input })).output_text).toBe('Now.')
    expect(bridge.upstream.calls).toHaveLength(2)
  })
})
