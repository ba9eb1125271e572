import { ApiError, type CallableTool, type Content, FunctionCallingConfigMode, type GenerateContentResponse, GoogleGenAI, Type } from '@google/genai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, until } from '../support/bridge.ts'
import { converse, startClientBridge, untilHungUp } from '../support/converse.ts'
import { breakOff, fail, hang, inTurn, say, stall, stream } from '../support/upstream.ts'

/** The @google/genai package, on the real opencode. */

const apiKey = 'a-key-of-the-bridge'

let bridge: Bridge
let client: GoogleGenAI

beforeAll(async () => {
  bridge = await startClientBridge({
    config: { apiKeys: [apiKey] },
    models: { model: { reasoning: true, modalities: { input: ['text', 'image', 'pdf'], output: ['text'] } }, blind: {} },
  })
  client = connect()
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

function connect(options: { key?: string; attempts?: number } = {}): GoogleGenAI {
  const { key = apiKey, attempts } = options
  return new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: bridge.url, ...(attempts !== undefined && { retryOptions: { attempts } }) } })
}

const model = 'test/model'
const contents = 'How is it in Rome and in Oslo?'
const asked = { role: 'user', content: contents }
const declaration = {
  name: 'weather',
  description: 'The weather of a city',
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
}
const tools = [{ functionDeclarations: [declaration] }]
const ada = { name: 'Ada', age: 36 }
/** What the upstream's usage is in Google's numbers. */
const USED = { promptTokenCount: 11, cachedContentTokenCount: 4, candidatesTokenCount: 5, thoughtsTokenCount: 5, totalTokenCount: 21 }

/** Two calls at once, then an answer made of their results. */
const twoCalls = converse({
  turns: [
    [
      { name: 'weather', arguments: { city: 'Rome' } },
      { name: 'weather', arguments: { city: 'Oslo' } },
    ],
  ],
})
const ANSWER = 'It is sunny in Rome, sunny in Oslo.'

/** What the provider got of the second turn: the whole conversation, natively. */
function expectHistory(): void {
  const call = (city: string) => ({ type: 'function', function: { name: 'weather', arguments: JSON.stringify({ city }) } })
  expect(bridge.upstream.calls).toHaveLength(2)
  const sent = bridge.upstream.calls[1]!.body.messages
  expect(sent).toMatchObject([
    asked,
    { role: 'assistant', tool_calls: [call('Rome'), call('Oslo')] },
    { role: 'tool', content: 'sunny in Rome' },
    { role: 'tool', content: 'sunny in Oslo' },
  ])
  expect(sent.slice(2).map((message: any) => message.tool_call_id)).toEqual(sent[1].tool_calls.map((made: any) => made.id))
}

async function collect(chunks: AsyncIterable<GenerateContentResponse>): Promise<GenerateContentResponse[]> {
  const collected: GenerateContentResponse[] = []
  for await (const chunk of chunks) collected.push(chunk)
  return collected
}

const failureOf = (answer: Promise<unknown>) => answer.then(String, (error: unknown) => error)

describe('generateContent', () => {
  test('gives an answer with its usage', async () => {
    bridge.upstream.answer(say('Sunny.'))
    const config = { systemInstruction: 'Be terse.', temperature: 0.5, maxOutputTokens: 50, stopSequences: ['END'] }
    const response = await client.models.generateContent({ model, contents, config })
    expect(response.text).toBe('Sunny.')
    expect(response).toMatchObject({ modelVersion: model, candidates: [{ index: 0, finishReason: 'STOP' }], usageMetadata: USED })
    expect(response.sdkHttpResponse?.headers?.['x-request-id']).toMatch(/^req_/)
    expect(bridge.upstream.calls).toHaveLength(1)
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      temperature: 0.5,
      max_tokens: 50,
      stop: ['END'],
      messages: [{ role: 'system', content: 'Be terse.' }, asked],
    })
  })

  test('gives thoughts to who wants them', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Hm.', text: 'Sunny.' }))
    const ask = (includeThoughts: boolean) => client.models.generateContent({ model, contents, config: { thinkingConfig: { includeThoughts } } })
    expect((await ask(true)).candidates![0]!.content!.parts).toEqual([{ text: 'Hm.', thought: true }, { text: 'Sunny.' }])
    expect((await ask(false)).candidates![0]!.content!.parts).toEqual([{ text: 'Sunny.' }])
  })

  test.each([
    ['length', 'MAX_TOKENS'],
    ['content_filter', 'SAFETY'],
  ])('says that the answer ended with %s', async (finishReason, expected) => {
    bridge.upstream.answer(say('Sun', { finishReason }))
    expect((await client.models.generateContent({ model, contents })).candidates![0]!.finishReason).toBe(expected)
  })

  test('gives several candidates', async () => {
    bridge.upstream.answer(say('Sunny.'))
    const { candidates, usageMetadata } = await client.models.generateContent({ model, contents, config: { candidateCount: 2 } })
    expect(candidates).toMatchObject([{ index: 0 }, { index: 1 }])
    expect(usageMetadata).toMatchObject({ promptTokenCount: 11, candidatesTokenCount: 10, thoughtsTokenCount: 10, totalTokenCount: 31 })
  })

  test('sends an image, and says whose model takes none', async () => {
    bridge.upstream.answer(say('A dot.'))
    const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const shown = [{ text: 'What is it?' }, { inlineData: { mimeType: 'image/png', data } }]
    expect((await client.models.generateContent({ model, contents: shown })).text).toBe('A dot.')
    expect(bridge.upstream.calls[0]!.body.messages[0].content).toMatchObject([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
    ])
    const refused = await failureOf(client.models.generateContent({ model: 'test/blind', contents: shown }))
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining('takes no image') })
  })

  test('tells what was without effect', async () => {
    bridge.upstream.answer(say('ok'))
    const { sdkHttpResponse } = await client.models.generateContent({ model, contents, config: { topK: 3, tools: [{ googleSearch: {} }] } })
    expect(sdkHttpResponse?.headers?.['x-bridge-ignored']).toBe('generationConfig.topK, tools.googleSearch')
  })
})

describe('generateContentStream', () => {
  test('gives text as it grows, and the usage at its end', async () => {
    bridge.upstream.answer(converse({ text: 'Sunny in both of them.' }))
    const chunks = await collect(await client.models.generateContentStream({ model, contents }))
    expect(chunks.length).toBeGreaterThan(2)
    expect(chunks.map(({ text }) => text).join('')).toBe('Sunny in both of them.')
    expect(chunks.at(-1)).toMatchObject({ candidates: [{ finishReason: 'STOP' }], usageMetadata: USED })
  })

  test('throws where the answer breaks off', async () => {
    bridge.upstream.answer(breakOff(['half']))
    let text = ''
    const read = async () => {
      for await (const chunk of await client.models.generateContentStream({ model, contents })) text += chunk.text
    }
    const failure = await failureOf(read())
    expect(failure).toBeInstanceOf(ApiError)
    expect(failure).toMatchObject({ status: 502, message: expect.stringContaining('UPSTREAM_ERROR') })
    expect(text).toBe('half')
  })
})

describe('functions', () => {
  const respond = ({ functionCalls }: GenerateContentResponse) =>
    functionCalls!.map(({ id, name, args }) => ({ functionResponse: { id: id!, name: name!, response: { output: `sunny in ${args!.city}` } } }))

  test.each([true, false])('are called, and their results go back in the second turn (ids: %j)', async (withIds) => {
    bridge.upstream.answer(twoCalls)
    const config = { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } }
    const first = await client.models.generateContent({ model, contents, config })
    expect(first.functionCalls).toMatchObject([
      { name: 'weather', args: { city: 'Rome' } },
      { name: 'weather', args: { city: 'Oslo' } },
    ])
    const history: Content[] = [{ role: 'user', parts: [{ text: contents }] }, first.candidates![0]!.content!, { role: 'user', parts: respond(first) }]
    // Gemini's own clients pair calls and results by their order.
    const told: Content[] = withIds ? history : JSON.parse(JSON.stringify(history, (key, value) => (key === 'id' ? undefined : value)))
    expect((await client.models.generateContent({ model, contents: told, config: { tools } })).text).toBe(ANSWER)
    expectHistory()
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      tool_choice: 'required',
      tools: [{ function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }],
    })
  })

  test('are called in a chat that streams', async () => {
    bridge.upstream.answer(twoCalls)
    const chat = client.chats.create({ model, config: { tools } })
    const chunks = await collect(await chat.sendMessageStream({ message: contents }))
    const calls = chunks.flatMap((chunk) => chunk.functionCalls ?? [])
    expect(calls).toMatchObject([
      { id: 'call_0_0', name: 'weather', args: { city: 'Rome' } },
      { id: 'call_0_1', args: { city: 'Oslo' } },
    ])
    const message = calls.map(({ id, name, args }) => ({ functionResponse: { id: id!, name: name!, response: { output: `sunny in ${args!.city}` } } }))
    expect((await chat.sendMessage({ message })).text).toBe(ANSWER)
    expectHistory()
  })

  test('are run by the package until there is an answer', async () => {
    bridge.upstream.answer(twoCalls)
    const called: unknown[] = []
    const callable: CallableTool = {
      tool: async () => tools[0]!,
      callTool: async (calls) =>
        calls.map(({ id, name, args }) => {
          called.push(args)
          return { functionResponse: { id: id!, name: name!, response: { output: `sunny in ${args!.city}` } } }
        }),
    }
    expect((await client.models.generateContent({ model, contents, config: { tools: [callable] } })).text).toBe(ANSWER)
    expect(called).toEqual([{ city: 'Rome' }, { city: 'Oslo' }])
    expectHistory()
  })

  test('must be answered', async () => {
    const history: Content[] = [
      { role: 'user', parts: [{ text: contents }] },
      { role: 'model', parts: [{ functionCall: { name: 'weather', args: {} } }] },
    ]
    expect(await failureOf(client.models.generateContent({ model, contents: history, config: { tools } }))).toMatchObject({
      status: 400,
      message: expect.stringContaining('weather'),
    })
  })
})

describe('structured output', () => {
  test.each([
    [
      'responseSchema',
      { responseSchema: { type: Type.OBJECT, properties: { name: { type: Type.STRING }, age: { type: Type.NUMBER } }, required: ['name', 'age'] } },
    ],
    [
      'responseJsonSchema',
      { responseJsonSchema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'number' } }, required: ['name', 'age'] } },
    ],
  ])('follows %s, which the provider got', async (_name, schema) => {
    bridge.upstream.answer(converse({ json: ada }))
    const { text } = await client.models.generateContent({ model, contents, config: { responseMimeType: 'application/json', ...schema } })
    expect(JSON.parse(text!)).toEqual(ada)
    expect(bridge.upstream.calls[0]!.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { schema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'number' } }, required: ['name', 'age'] } },
    })
  })

  test('is any JSON without a schema', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    expect(JSON.parse((await client.models.generateContent({ model, contents, config: { responseMimeType: 'application/json' } })).text!)).toEqual(ada)
    expect(bridge.upstream.calls[0]!.body.response_format).toEqual({ type: 'json_object' })
  })
})

describe('models', () => {
  test('count tokens: more for more, without a provider, and told to be an estimate', async () => {
    const few = await client.models.countTokens({ model, contents })
    const many = await client.models.countTokens({ model, contents: [contents, contents, contents] })
    expect(few.totalTokens).toBeGreaterThan(5)
    expect(many.totalTokens).toBeGreaterThan(2 * few.totalTokens!)
    expect(few.sdkHttpResponse?.headers?.['x-bridge-estimate']).toBe('true')
    expect(bridge.upstream.calls).toEqual([])
    expect(await failureOf(client.models.countTokens({ model: 'nobody/knows', contents }))).toMatchObject({ status: 404 })
  })

  test('are listed in pages, and found by name', async () => {
    const names: (string | undefined)[] = []
    for await (const { name } of await client.models.list({ config: { pageSize: 1 } })) names.push(name)
    expect(names).toEqual(expect.arrayContaining(['models/test/model', 'models/test/blind']))
    expect(await client.models.get({ model })).toMatchObject({ name: 'models/test/model' })
  })
})

describe('abort', () => {
  test('of a stream that speaks', async () => {
    bridge.upstream.answer(stall(['It ', 'is']))
    const aborter = new AbortController()
    const read = async () => {
      for await (const { text } of await client.models.generateContentStream({ model, contents, config: { abortSignal: aborter.signal } }))
        if (text === 'is') aborter.abort()
    }
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' })
    await untilHungUp(bridge)
  })

  test('of an answer that is waited for', async () => {
    bridge.upstream.answer(hang)
    const aborter = new AbortController()
    const answer = client.models.generateContent({ model, contents, config: { abortSignal: aborter.signal } })
    void until(() => bridge.upstream.calls.length === 1).then(() => aborter.abort())
    await expect(answer).rejects.toThrow(/abort/i)
    await untilHungUp(bridge)
  })
})

describe('a failure', () => {
  test.each([
    [400, 'context_length_exceeded', 'INVALID_ARGUMENT'],
    [401, 'invalid_api_key', 'UNAUTHENTICATED'],
    [403, 'country_not_supported', 'PERMISSION_DENIED'],
    [404, 'model_not_found', 'NOT_FOUND'],
    [429, 'rate_limit_exceeded', 'RESOURCE_EXHAUSTED'],
    [500, 'server_error', 'INTERNAL'],
    [503, 'overloaded', 'UNAVAILABLE'],
  ])('%i %s of the provider is an ApiError', async (status, code, name) => {
    bridge.upstream.answer(fail(status, { message: `It is ${code}.`, code }, { 'retry-after': '7' }))
    const asks = [() => client.models.generateContent({ model, contents }), () => client.models.generateContentStream({ model, contents })]
    for (const ask of asks) {
      const failure = (await failureOf(ask())) as ApiError
      expect(failure).toBeInstanceOf(ApiError)
      expect(failure.status).toBe(status)
      const { error } = JSON.parse(failure.message)
      expect(error).toMatchObject({ code: status, status: name, message: `It is ${code}.` })
      if (status === 429) expect(error.details).toContainEqual({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' })
    }
  })

  test('of the bridge itself is the same', async () => {
    const stranger = connect({ key: 'wrong' })
    expect(await failureOf(stranger.models.generateContent({ model, contents }))).toMatchObject({
      status: 401,
      message: expect.stringContaining('UNAUTHENTICATED'),
    })
    expect(await failureOf(client.models.generateContent({ model, contents, config: { temperature: 3 } }))).toMatchObject({
      status: 400,
      message: expect.stringContaining('generationConfig.temperature'),
    })
    for (const ask of [
      () => client.models.embedContent({ model, contents }),
      () => client.caches.list(),
      () => client.files.list(),
      () => client.batches.list(),
    ]) {
      expect(await failureOf(ask())).toMatchObject({ status: 400, message: expect.stringContaining('UNSUPPORTED_OPERATION') })
    }
    expect(bridge.upstream.calls).toEqual([])
  })

  test('makes the package try again', async () => {
    bridge.upstream.answer(inTurn(fail(429, { message: 'Slow down.' }, { 'retry-after': '0' }), stream([{ content: 'Now.' }])))
    expect((await connect({ attempts: 2 }).models.generateContent({ model, contents })).text).toBe('Now.')
    expect(bridge.upstream.calls).toHaveLength(2)
  })
})
