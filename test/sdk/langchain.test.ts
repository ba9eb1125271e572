import { ContextOverflowError } from '@langchain/core/errors'
import { AIMessage, type AIMessageChunk, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Bridge, until } from '../support/bridge.ts'
import { converse, startClientBridge } from '../support/converse.ts'
import { breakOff, fail, stall } from '../support/upstream.ts'

/** LangChain's chat model for OpenAI, on the real opencode. */

let bridge: Bridge

beforeAll(async () => {
  bridge = await startClientBridge()
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

function connect(fields: ChatOpenAIFields = {}): ChatOpenAI {
  return new ChatOpenAI({ model: 'test/model', apiKey: 'any', maxRetries: 0, configuration: { baseURL: `${bridge.url}/v1` }, ...fields })
}

const question = new HumanMessage('How is it in Rome and in Oslo?')
const USED = { input_tokens: 11, output_tokens: 10, total_tokens: 21, input_token_details: { cache_read: 4 }, output_token_details: { reasoning: 5 } }
const person = z.object({ name: z.string(), age: z.number() })
const ada = { name: 'Ada', age: 36 }

/** Two calls at once, then one more, then an answer made of their results. */
const twoSteps = (delay = 0) =>
  converse({
    delay,
    turns: [
      [
        { name: 'weather', arguments: { city: 'Rome' } },
        { name: 'weather', arguments: { city: 'Oslo' } },
      ],
      [{ name: 'clock', arguments: { city: 'Rome' } }],
    ],
  })
const ANSWER = 'It is sunny in Rome, sunny in Oslo, noon in Rome.'
const schema = z.object({ city: z.string() })
const tools = {
  weather: tool(({ city }) => `sunny in ${city}`, { name: 'weather', description: 'The weather of a city', schema }),
  clock: tool(({ city }) => `noon in ${city}`, { name: 'clock', description: 'The time in a city', schema }),
}

/** Puts a stream together, as LangChain's users do. */
async function collect(stream: AsyncIterable<AIMessageChunk>): Promise<{ message: AIMessageChunk; chunks: AIMessageChunk[] }> {
  const chunks: AIMessageChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return { message: chunks.reduce((whole, chunk) => whole.concat(chunk)), chunks }
}

/** Asks, runs the tools that are called, and asks again until nothing is called. */
async function converseWith(ask: (messages: BaseMessage[]) => Promise<AIMessage | AIMessageChunk>): Promise<AIMessage | AIMessageChunk> {
  const messages: BaseMessage[] = [question]
  for (;;) {
    const answer = await ask(messages)
    messages.push(answer)
    if (!answer.tool_calls?.length) return answer
    for (const call of answer.tool_calls) messages.push(await tools[call.name as keyof typeof tools].invoke({ ...call, type: 'tool_call' }))
  }
}

/** What the provider got of the last step: the whole conversation, natively. */
function expectHistory(): void {
  expect(bridge.upstream.calls).toHaveLength(3)
  const call = (id: string, name: string, city: string) => ({ id, type: 'function', function: { name, arguments: JSON.stringify({ city }) } })
  expect(bridge.upstream.calls[2]!.body.messages).toMatchObject([
    { role: 'user', content: question.content },
    { role: 'assistant', tool_calls: [call('call_0_0', 'weather', 'Rome'), call('call_0_1', 'weather', 'Oslo')] },
    { role: 'tool', tool_call_id: 'call_0_0', content: 'sunny in Rome' },
    { role: 'tool', tool_call_id: 'call_0_1', content: 'sunny in Oslo' },
    { role: 'assistant', tool_calls: [call('call_1_0', 'clock', 'Rome')] },
    { role: 'tool', tool_call_id: 'call_1_0', content: 'noon in Rome' },
  ])
}

describe('text', () => {
  test('of invoke', async () => {
    bridge.upstream.answer(converse({ text: 'Sunny in both.' }))
    const answer = await connect({ temperature: 0.3 }).invoke([new SystemMessage('Be brief.'), question])
    expect(answer.content).toBe('Sunny in both.')
    expect(answer.usage_metadata).toMatchObject(USED)
    expect(answer.response_metadata).toMatchObject({ finish_reason: 'stop', model_name: 'test/model' })
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      temperature: 0.3,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: question.content },
      ],
    })
  })

  test('of stream, as it grows', async () => {
    bridge.upstream.answer(converse({ text: 'Sunny in both.' }))
    const { message, chunks } = await collect(await connect().stream([question]))
    expect(chunks.filter((chunk) => chunk.content !== '').length).toBeGreaterThan(1)
    expect(message.content).toBe('Sunny in both.')
    expect(message.usage_metadata).toMatchObject(USED)
    expect(message.response_metadata).toMatchObject({ finish_reason: 'stop' })
  })

  test('of batch, each its own', async () => {
    bridge.upstream.answer((call, number) => converse({ text: `You said ${call.body.messages[0].content}.` })(call, number))
    const answers = await connect().batch([['one'], ['two'], ['three']])
    expect(answers.map((answer) => answer.content)).toEqual(['You said one.', 'You said two.', 'You said three.'])
  })
})

describe('bindTools', () => {
  const bind = () => connect().bindTools(Object.values(tools))

  test('calls, and goes on with the results', async () => {
    bridge.upstream.answer(twoSteps())
    const model = bind()
    const answer = await converseWith((messages) => model.invoke(messages))
    expect(answer.content).toBe(ANSWER)
    expectHistory()
    expect(bridge.upstream.calls[0]!.body.tools).toMatchObject([
      {
        type: 'function',
        function: { name: 'weather', description: 'The weather of a city', parameters: { properties: { city: { type: 'string' } }, required: ['city'] } },
      },
      { type: 'function', function: { name: 'clock' } },
    ])
  })

  test('streamed, with the arguments as they grow', async () => {
    bridge.upstream.answer(twoSteps(100))
    const model = bind()
    const pieces: number[] = []
    const answer = await converseWith(async (messages) => {
      const { message, chunks } = await collect(await model.stream(messages))
      pieces.push(chunks.flatMap((chunk) => chunk.tool_call_chunks ?? []).length)
      expect(message.invalid_tool_calls ?? []).toEqual([])
      return message
    })
    expect(answer.content).toBe(ANSWER)
    expect(pieces[0]).toBeGreaterThan(4)
    expectHistory()
  })

  test('with a tool that must be called', async () => {
    bridge.upstream.answer(twoSteps())
    const { tool_calls } = await connect().bindTools(Object.values(tools), { tool_choice: 'weather', parallel_tool_calls: true }).invoke([question])
    expect(tool_calls).toMatchObject([
      { id: 'call_0_0', name: 'weather', args: { city: 'Rome' } },
      { id: 'call_0_1', name: 'weather', args: { city: 'Oslo' } },
    ])
    expect(bridge.upstream.calls[0]!.body).toMatchObject({ tool_choice: { type: 'function', function: { name: 'weather' } }, parallel_tool_calls: true })
  })
})

describe('withStructuredOutput', () => {
  test.each<['jsonSchema' | 'functionCalling' | 'jsonMode', object]>([
    ['jsonSchema', { response_format: { type: 'json_schema', json_schema: { name: 'person', schema: { required: ['name', 'age'] } } } }],
    ['functionCalling', { tools: [{ function: { name: 'person' } }], tool_choice: { type: 'function', function: { name: 'person' } } }],
    ['jsonMode', { response_format: { type: 'json_object' } }],
  ])('by %s', async (method, asked) => {
    bridge.upstream.answer(converse({ turns: [[{ name: 'person', arguments: ada }]], json: ada }))
    const model = connect().withStructuredOutput(person, { name: 'person', method, includeRaw: true })
    const { parsed, raw } = await model.invoke([question])
    expect(parsed).toEqual(ada)
    expect((raw as AIMessage).usage_metadata).toMatchObject(USED)
    expect(bridge.upstream.calls).toHaveLength(1)
    expect(bridge.upstream.calls[0]!.body).toMatchObject(asked)
  })

  test('streamed, as it grows', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const seen: object[] = []
    for await (const partial of await connect().withStructuredOutput(person, { name: 'person', method: 'jsonSchema' }).stream([question])) seen.push(partial)
    expect(seen.at(-1)).toEqual(ada)
  })
})

describe('a failure', () => {
  test.each<[number, string, Function]>([
    [400, 'context_length_exceeded', ContextOverflowError],
    [400, 'invalid_value', OpenAI.BadRequestError],
    [401, 'invalid_api_key', OpenAI.AuthenticationError],
    [429, 'rate_limit_exceeded', OpenAI.RateLimitError],
    [503, 'overloaded', OpenAI.InternalServerError],
  ])('%i %s has its class', async (status, code, type) => {
    bridge.upstream.answer(fail(status, { message: `It is ${code}.`, type: 'some_type', code }))
    const model = connect()
    const thrown = [
      await model.invoke([question]).catch((error: unknown) => error),
      await model
        .stream([question])
        .then(collect)
        .catch((error: unknown) => error),
    ]
    for (const error of thrown) {
      expect(error).toBeInstanceOf(type)
      expect(error instanceof ContextOverflowError ? error.cause : error).toMatchObject({ status, code, message: expect.stringContaining(`It is ${code}.`) })
    }
  })

  test('in the middle of a stream ends it', async () => {
    bridge.upstream.answer(breakOff(['half']))
    let text = ''
    const read = async () => {
      for await (const chunk of await connect().stream([question])) text += chunk.content as string
    }
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'upstream_error' }))
    expect(text).toBe('half')
  })
})

test('an abort ends the provider’s stream', async () => {
  bridge.upstream.answer(stall(['It ', 'is']))
  const aborter = new AbortController()
  const read = async () => {
    for await (const chunk of await connect().stream([question], { signal: aborter.signal })) if (chunk.content !== '') aborter.abort()
  }
  await expect(read()).rejects.toThrow()
  await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
})
