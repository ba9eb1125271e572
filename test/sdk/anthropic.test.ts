import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Bridge, until } from '../support/bridge.ts'
import { converse, startClientBridge, untilHungUp } from '../support/converse.ts'
import { sayMessages } from '../support/provider-wires.ts'
import { breakOff, fail, hang, inTurn, say, stall, stream } from '../support/upstream.ts'

/** The helpers of the @anthropic-ai/sdk package, on the real opencode. */

const apiKey = 'a-key-of-the-bridge'

let bridge: Bridge
let client: Anthropic

beforeAll(async () => {
  const provider = (npm: string) => ({ provider: { npm } })
  bridge = await startClientBridge({
    config: { apiKeys: [apiKey], aliases: { 'claude-*': 'test/model' } },
    models: {
      model: { reasoning: true, modalities: { input: ['text', 'image', 'pdf'], output: ['text'] } },
      blind: {},
      // Behind it is Anthropic's own format.
      claude: provider('@ai-sdk/anthropic'),
      // A format that the bridge does not know, so that it cuts at stop sequences itself.
      unknown: provider('venice-ai-sdk-provider'),
    },
  })
  client = new Anthropic({ apiKey, baseURL: bridge.url, maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'How is it in Rome and in Oslo?' }]
const request = { model: 'claude-opus-5', max_tokens: 1000, messages }
const weather: Anthropic.Tool = {
  name: 'weather',
  description: 'The weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
}
const person = z.object({ name: z.string(), age: z.number() })
const ada = { name: 'Ada', age: 36 }
/** What the upstream's usage is in Anthropic's numbers. */
const USED = { input_tokens: 7, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 10, output_tokens_details: { thinking_tokens: 5 } }

/** Two calls at once, then one more, then an answer made of their results. */
const twoSteps = converse({
  reasoning: 'Let me see.',
  turns: [
    [
      { name: 'weather', arguments: { city: 'Rome' } },
      { name: 'weather', arguments: { city: 'Oslo' } },
    ],
    [{ name: 'clock', arguments: { city: 'Rome' } }],
  ],
})

describe('create', () => {
  test('gives a message, and its id where the package looks for it', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Hm.', text: 'Sunny.' }))
    // Newer packages have no type for it.
    const sampling = { temperature: 0.5 }
    const message = await client.messages.create({ ...request, ...sampling, system: 'Be terse.', stop_sequences: ['END'] })
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Sunny.' },
      ],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: USED,
    })
    expect(message._request_id).toMatch(/^req_/)
    expect(bridge.upstream.calls).toHaveLength(1)
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      max_tokens: 1000,
      temperature: 0.5,
      stop: ['END'],
      messages: [{ role: 'system', content: 'Be terse.' }, ...messages],
    })
  })

  test('says that the answer was cut', async () => {
    bridge.upstream.answer(say('Sun', { finishReason: 'length' }))
    expect(await client.messages.create(request)).toMatchObject({ stop_reason: 'max_tokens', content: [{ text: 'Sun' }] })
  })

  test('sends an image, and says whose model takes none', async () => {
    bridge.upstream.answer(say('A dot.'))
    const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const shown: Anthropic.MessageParam[] = [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
          { type: 'text', text: 'What is it?' },
        ],
      },
    ]
    await client.messages.create({ ...request, messages: shown })
    expect(bridge.upstream.calls[0]!.body.messages[0].content).toMatchObject([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
      { type: 'text', text: 'What is it?' },
    ])
    const refused = await client.messages.create({ ...request, model: 'test/blind', messages: shown }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Anthropic.BadRequestError)
    expect(refused).toMatchObject({ apiMessage: expect.stringContaining('takes no image') })
  })

  test('tells what was without effect', async () => {
    bridge.upstream.answer(say('ok'))
    const { response, request_id } = await client.messages.create({ ...request, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).withResponse()
    expect(response.headers.get('x-bridge-ignored')).toBe('tools.web_search_20250305')
    expect(request_id).toMatch(/^req_/)
  })
})

describe('what stopped the answer is named where it is known:', () => {
  const stop = { ...request, stop_sequences: ['STOP', 'END'] }
  const stopped = { stop_reason: 'stop_sequence', stop_sequence: 'END' }

  test('the bridge found it', async () => {
    bridge.upstream.answer(stall(['one E', 'ND two']))
    expect(await client.messages.create({ ...stop, model: 'test/unknown' })).toMatchObject({ ...stopped, content: [{ text: 'one ' }] })
    expect(await client.messages.stream({ ...stop, model: 'test/unknown' }).finalMessage()).toMatchObject({ ...stopped, content: [{ text: 'one ' }] })
  })

  test('Anthropic’s format says it', async () => {
    bridge.upstream.answer(sayMessages({ text: 'one ', stopSequence: 'END' }))
    expect(await client.messages.create({ ...stop, model: 'test/claude' })).toMatchObject({ ...stopped, content: [{ text: 'one ' }] })
    expect(await client.messages.stream({ ...stop, model: 'test/claude' }).finalMessage()).toMatchObject(stopped)
    expect(bridge.upstream.calls[0]!.body.stop_sequences).toEqual(['STOP', 'END'])
  })

  test.each(['stop_reason', 'matched_stop'])('a server of OpenAI’s format says it in %s', async (field) => {
    const chunk = (delta: object, end: object) =>
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null, ...end }] })}\n\n`
    const answer = (reason: unknown) =>
      bridge.upstream.answer(({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(`${chunk({ content: 'one ' }, {})}${chunk({}, { finish_reason: 'stop', [field]: reason })}data: [DONE]\n\n`)
      })
    answer('END')
    expect(await client.messages.create(stop)).toMatchObject(stopped)
    // A token of the model's own, and a word that is none of the client's sequences.
    for (const other of [128_009, 'eos']) {
      answer(other)
      expect(await client.messages.create(stop)).toMatchObject({ stop_reason: 'end_turn', stop_sequence: null })
    }
  })

  test('most say only that they stopped', async () => {
    bridge.upstream.answer(say('one '))
    expect(await client.messages.create(stop)).toMatchObject({ stop_reason: 'end_turn', stop_sequence: null })
  })
})

test('what the provider read from its cache and wrote to it is apart from the other input', async () => {
  bridge.upstream.answer(sayMessages({ text: 'ok', cacheWrites: 30 }))
  const expected = { input_tokens: 7, cache_read_input_tokens: 4, cache_creation_input_tokens: 30, output_tokens: 10 }
  expect((await client.messages.create({ ...request, model: 'test/claude' })).usage).toMatchObject(expected)
  expect((await client.messages.stream({ ...request, model: 'test/claude' }).finalMessage()).usage).toMatchObject(expected)
})

describe('stream', () => {
  test('tells of thinking, text and input as they grow', async () => {
    bridge.upstream.answer(twoSteps)
    const events = client.messages.stream({ ...request, tools: [weather] })
    const heard = { thinking: '', json: '', blocks: [] as string[] }
    events.on('thinking', (delta) => (heard.thinking += delta))
    events.on('inputJson', (delta) => (heard.json += delta))
    events.on('contentBlock', ({ type }) => heard.blocks.push(type))
    const message = await events.finalMessage()
    expect(heard).toEqual({ thinking: 'Let me see.', json: '{"city":"Rome"}{"city":"Oslo"}', blocks: ['thinking', 'tool_use', 'tool_use'] })
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking' },
        { type: 'tool_use', id: 'call_0_0', name: 'weather', input: { city: 'Rome' } },
        { type: 'tool_use', id: 'call_0_1', input: { city: 'Oslo' } },
      ],
      usage: USED,
    })
    expect(events.request_id).toMatch(/^req_/)
  })

  test('gives the raw events of create', async () => {
    bridge.upstream.answer(say(['Sun', 'ny.']))
    const types: string[] = []
    for await (const { type } of await client.messages.create({ ...request, stream: true })) types.push(type)
    expect([types[0], types.at(-2), types.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop'])
  })

  test('gives the whole text', async () => {
    bridge.upstream.answer(say(['Sun', 'ny.']))
    const events = client.messages.stream(request)
    let text = ''
    events.on('text', (delta) => (text += delta))
    expect(await events.finalText()).toBe('Sunny.')
    expect(text).toBe('Sunny.')
  })

  test('ends with an error where the answer breaks off', async () => {
    bridge.upstream.answer(breakOff(['half']))
    const events = client.messages.stream(request)
    let text = ''
    events.on('text', (delta) => (text += delta))
    const failure = await events.finalMessage().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Anthropic.APIError)
    expect(failure).toMatchObject({ type: 'api_error', errorCode: 'upstream_error' })
    expect(events.errored).toBe(true)
    expect(text).toBe('half')
  })
})

describe('tools', () => {
  test('are called, and their results go back in the second turn', async () => {
    bridge.upstream.answer(converse({ turns: [[{ name: 'weather', arguments: { city: 'Rome' } }]] }))
    const ask = { ...request, tools: [weather] }
    const first = await client.messages.create({ ...ask, tool_choice: { type: 'any', disable_parallel_tool_use: true } })
    expect(first.stop_reason).toBe('tool_use')
    const results = first.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'sunny' }] : [],
    )
    const second = await client.messages.create({
      ...ask,
      messages: [...messages, { role: 'assistant', content: first.content }, { role: 'user', content: results }],
    })
    expect(second).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'It is sunny.' }] })
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      tool_choice: 'required',
      parallel_tool_calls: false,
      tools: [{ function: { name: 'weather', parameters: weather.input_schema } }],
    })
    expect(bridge.upstream.calls[1]!.body.messages).toMatchObject([
      ...messages,
      { role: 'assistant', tool_calls: [{ id: 'call_0_0', function: { name: 'weather', arguments: '{"city":"Rome"}' } }] },
      { role: 'tool', tool_call_id: 'call_0_0', content: 'sunny' },
    ])
  })

  test.each([false, true])('are run by the package until there is an answer (stream: %j)', async (streamed) => {
    bridge.upstream.answer(twoSteps)
    const called: string[] = []
    const tool = (name: string, result: string) =>
      betaZodTool({
        name,
        description: `The ${name} of a city`,
        inputSchema: z.object({ city: z.string() }),
        run: ({ city }) => {
          called.push(`${name} ${city}`)
          return `${result} in ${city}`
        },
      })
    const given = { ...request, tools: [tool('weather', 'sunny'), tool('clock', 'noon')] }
    const message = streamed ? await client.beta.messages.toolRunner({ ...given, stream: true }).runUntilDone() : await client.beta.messages.toolRunner(given)
    expect(message.content.at(-1)).toMatchObject({ type: 'text', text: 'It is sunny in Rome, sunny in Oslo, noon in Rome.' })
    expect(called).toEqual(['weather Rome', 'weather Oslo', 'clock Rome'])
    expect(bridge.upstream.calls).toHaveLength(3)
  })
})

describe('parse', () => {
  test('reads an answer by its zod schema, which the provider got', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const message = await client.messages.parse({ ...request, output_config: { format: zodOutputFormat(person) } })
    expect(message.parsed_output).toEqual(ada)
    expect(bridge.upstream.calls[0]!.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { schema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'number' } }, required: ['name', 'age'] } },
    })
  })

  test('does so of a stream', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const message = await client.messages.stream({ ...request, output_config: { format: zodOutputFormat(person) } }).finalMessage()
    expect(message.parsed_output).toEqual(ada)
  })
})

describe('models', () => {
  test('are listed, in as many pages as the client wants', async () => {
    const listed: Anthropic.ModelInfo[] = []
    for await (const model of client.models.list({ limit: 2 })) listed.push(model)
    // Beside opencode's own gateway, which needs no login.
    const ours = listed.filter(({ id }) => id.startsWith('test/'))
    expect(ours.map(({ id }) => id)).toEqual(['test/model', 'test/blind', 'test/claude', 'test/unknown'])
    expect(ours[1]).toMatchObject({ type: 'model', display_name: 'blind', created_at: expect.stringMatching(/^\d{4}-/) })
    const all = await client.models.list()
    expect({ ids: all.data.map(({ id }) => id), more: all.hasNextPage() }).toEqual({ ids: listed.map(({ id }) => id), more: false })
  })

  test('are told one by one, by any name that means one', async () => {
    expect(await client.models.retrieve('test/model')).toMatchObject({ type: 'model', id: 'test/model' })
    expect((await client.models.retrieve('claude-opus-5')).id).toBe('test/model')
    await expect(client.models.retrieve('nobody/knows')).rejects.toBeInstanceOf(Anthropic.NotFoundError)
  })
})

describe('countTokens', () => {
  const { max_tokens: _, ...counted } = request

  test('grows with what is counted, asks no provider, and is told to be an estimate', async () => {
    const { data, response } = await client.messages.countTokens(counted).withResponse()
    const more = await client.messages.countTokens({ ...counted, system: 'Be terse.', tools: [weather] })
    expect(data.input_tokens).toBeGreaterThan(5)
    expect(more.input_tokens).toBeGreaterThan(data.input_tokens + 10)
    expect(response.headers.get('x-bridge-estimate')).toBe('true')
    expect(bridge.upstream.calls).toEqual([])
  })

  test('has the package’s own errors', async () => {
    await expect(client.messages.countTokens({ ...counted, model: 'nobody/knows' })).rejects.toBeInstanceOf(Anthropic.NotFoundError)
    await expect(client.messages.countTokens({ ...counted, messages: [] })).rejects.toBeInstanceOf(Anthropic.BadRequestError)
  })
})

describe('abort', () => {
  test('of a stream that speaks', async () => {
    bridge.upstream.answer(stall(['It ', 'is']))
    const events = client.messages.stream(request)
    events.on('text', (_delta, snapshot) => {
      if (snapshot === 'It is') events.abort()
    })
    await expect(events.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    await untilHungUp(bridge)
  })

  test('of an answer that is waited for', async () => {
    bridge.upstream.answer(hang)
    const aborter = new AbortController()
    const answer = client.messages.create(request, { signal: aborter.signal })
    void until(() => bridge.upstream.calls.length === 1).then(() => aborter.abort())
    await expect(answer).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    await untilHungUp(bridge)
  })
})

describe('the class of a failure', () => {
  test.each<[number, string, string, Function]>([
    [400, 'context_length_exceeded', 'invalid_request_error', Anthropic.BadRequestError],
    [401, 'invalid_api_key', 'authentication_error', Anthropic.AuthenticationError],
    [403, 'country_not_supported', 'permission_error', Anthropic.PermissionDeniedError],
    [404, 'model_not_found', 'not_found_error', Anthropic.NotFoundError],
    [413, 'request_too_large', 'request_too_large', Anthropic.APIError],
    [429, 'rate_limit_exceeded', 'rate_limit_error', Anthropic.RateLimitError],
    [500, 'server_error', 'api_error', Anthropic.InternalServerError],
    [503, 'overloaded', 'overloaded_error', Anthropic.APIError],
  ])('%i %s of the provider is %s', async (status, code, type, kind) => {
    bridge.upstream.answer(fail(status, { message: `It is ${code}.`, code }, { 'retry-after': '7' }))
    for (const ask of [() => client.messages.create(request), () => client.messages.stream(request).finalMessage()]) {
      const failure = (await ask().catch((error: unknown) => error)) as InstanceType<typeof Anthropic.APIError>
      expect(failure).toBeInstanceOf(kind)
      expect(failure).toMatchObject({ status, type, apiMessage: `It is ${code}.`, errorCode: code, requestID: expect.stringMatching(/^req_/) })
      if (status === 429) expect(failure.headers?.get('retry-after')).toBe('7')
    }
  })

  test('of the bridge itself is the same', async () => {
    const stranger = new Anthropic({ apiKey: 'wrong', baseURL: bridge.url, maxRetries: 0 })
    const failure = await stranger.messages.create(request).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Anthropic.AuthenticationError)
    expect(failure).toMatchObject({ type: 'authentication_error', errorCode: 'invalid_api_key', requestID: expect.stringMatching(/^req_/) })
    const { max_tokens: _, ...incomplete } = request
    await expect(client.messages.create(incomplete as typeof request)).rejects.toThrow(/max_tokens/)
    const batch = await client.messages.batches.list().then(String, (error: unknown) => error)
    expect(batch).toBeInstanceOf(Anthropic.BadRequestError)
    expect(batch).toMatchObject({ type: 'invalid_request_error', errorCode: 'unsupported_operation', requestID: expect.stringMatching(/^req_/) })
    expect(await client.beta.files.list().then(String, (error: unknown) => error)).toMatchObject({ errorCode: 'unsupported_operation' })
    expect(bridge.upstream.calls).toEqual([])
  })

  test('makes the package try again', async () => {
    bridge.upstream.answer(inTurn(fail(429, { message: 'Slow down.' }, { 'retry-after': '0' }), stream([{ content: 'Now.' }])))
    const patient = new Anthropic({ apiKey, baseURL: bridge.url, maxRetries: 1 })
    expect((await patient.messages.create(request)).content).toMatchObject([{ text: 'Now.' }])
    expect(bridge.upstream.calls).toHaveLength(2)
  })
})
