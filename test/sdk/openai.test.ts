import OpenAI from 'openai'
import { ContentFilterFinishReasonError, LengthFinishReasonError } from 'openai/core/error'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Bridge, until, waitForIdle } from '../support/bridge.ts'
import { converse, startClientBridge, untilHungUp } from '../support/converse.ts'
import { breakOff, fail, hang, say, type Script, stall, USAGE } from '../support/upstream.ts'
import { OPENAI_FAILURES } from './openai-failures.ts'

/** The helpers of the openai package, on the real opencode. */

let bridge: Bridge
let client: OpenAI

beforeAll(async () => {
  bridge = await startClientBridge()
  client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const model = 'test/model'
const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'How is it in Rome and in Oslo?' }]
const place = z.object({ city: z.string() })
const person = z.object({ name: z.string(), age: z.number() })
const ada = { name: 'Ada', age: 36 }

/** Two calls at once, then one more, then an answer made of their results. */
const twoSteps = converse({
  turns: [
    [
      { name: 'weather', arguments: { city: 'Rome' } },
      { name: 'weather', arguments: { city: 'Oslo' } },
    ],
    [{ name: 'clock', arguments: { city: 'Rome' } }],
  ],
})
const ANSWER = 'It is sunny in Rome, sunny in Oslo, noon in Rome.'

/** The tools, and what they were called with. */
function tools() {
  const called: string[] = []
  const run =
    (name: string, result: string) =>
    ({ city }: { city: string }) => {
      called.push(`${name} ${city}`)
      return `${result} in ${city}`
    }
  return {
    called,
    tools: [
      zodFunction({ name: 'weather', description: 'The weather of a city', parameters: place, function: run('weather', 'sunny') }),
      zodFunction({ name: 'clock', description: 'The time in a city', parameters: place, function: run('clock', 'noon') }),
    ],
  }
}

/** What the provider got of the last step: the whole conversation, natively. */
function expectHistory(): void {
  expect(bridge.upstream.calls).toHaveLength(3)
  const call = (id: string, name: string, city: string) => ({ id, type: 'function', function: { name, arguments: JSON.stringify({ city }) } })
  expect(bridge.upstream.calls[2]!.body.messages).toMatchObject([
    ...messages,
    { role: 'assistant', tool_calls: [call('call_0_0', 'weather', 'Rome'), call('call_0_1', 'weather', 'Oslo')] },
    { role: 'tool', tool_call_id: 'call_0_0', content: 'sunny in Rome' },
    { role: 'tool', tool_call_id: 'call_0_1', content: 'sunny in Oslo' },
    { role: 'assistant', tool_calls: [call('call_1_0', 'clock', 'Rome')] },
    { role: 'tool', tool_call_id: 'call_1_0', content: 'noon in Rome' },
  ])
}

describe('runTools', () => {
  test('runs the tools until there is an answer', async () => {
    bridge.upstream.answer(twoSteps)
    const { called, tools: given } = tools()
    const runner = client.chat.completions.runTools({ model, messages, tools: given })
    expect(await runner.finalContent()).toBe(ANSWER)
    expect(called).toEqual(['weather Rome', 'weather Oslo', 'clock Rome'])
    expect(await runner.totalUsage()).toMatchObject({ total_tokens: 3 * USAGE.total_tokens })
    expectHistory()
    expect(bridge.upstream.calls[0]!.body.tools).toEqual(JSON.parse(JSON.stringify(given)))
  })

  test('streamed, with the events of each step', async () => {
    bridge.upstream.answer(twoSteps)
    const { called, tools: given } = tools()
    const runner = client.chat.completions.runTools({ model, messages, tools: given, stream: true })
    const events: string[] = []
    runner.on('functionToolCall', ({ name }) => events.push(`call ${name}`))
    runner.on('functionToolCallResult', (result) => events.push(result))
    let content = ''
    runner.on('content', (delta) => (content += delta))
    expect(await runner.finalContent()).toBe(ANSWER)
    expect(content).toBe(ANSWER)
    expect(called).toEqual(['weather Rome', 'weather Oslo', 'clock Rome'])
    expect(events.toSorted()).toEqual(['call clock', 'call weather', 'call weather', 'noon in Rome', 'sunny in Oslo', 'sunny in Rome'])
    expectHistory()
  })

  test('lets the model mend arguments that a tool refused', async () => {
    bridge.upstream.answer(
      converse({ turns: [[{ name: 'weather', arguments: { town: 'Rome' } }], [{ name: 'weather', arguments: { city: 'Rome' } }]], text: 'Sunny.' }),
    )
    const { called, tools: given } = tools()
    expect(await client.chat.completions.runTools({ model, messages, tools: given }).finalContent()).toBe('Sunny.')
    expect(called).toEqual(['weather Rome'])
  })
})

describe('parse', () => {
  test('reads an answer by its zod schema, which the provider got', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const response_format = zodResponseFormat(person, 'person')
    const { choices, usage } = await client.chat.completions.parse({ model, messages, response_format })
    expect(choices[0]!.message.parsed).toEqual(ada)
    expect(usage).toMatchObject(USAGE)
    expect(bridge.upstream.calls[0]!.body.response_format).toEqual(JSON.parse(JSON.stringify(response_format)))
  })

  test('reads the arguments of calls by theirs', async () => {
    bridge.upstream.answer(twoSteps)
    const { choices } = await client.chat.completions.parse({ model, messages, tools: tools().tools })
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null, parsed: null } })
    expect(choices[0]!.message.tool_calls?.map((call) => call.function.parsed_arguments)).toEqual([{ city: 'Rome' }, { city: 'Oslo' }])
  })

  test.each<[string, Function]>([
    ['length', LengthFinishReasonError],
    ['content_filter', ContentFilterFinishReasonError],
  ])('has its own class for an answer that ends with %s', async (finishReason, type) => {
    bridge.upstream.answer(say('{"name": "A', { finishReason }))
    const parsed = client.chat.completions.parse({ model, messages, response_format: zodResponseFormat(person, 'person') })
    await expect(parsed).rejects.toBeInstanceOf(type)
  })
})

describe('stream', () => {
  test('tells of text as it grows, and of the whole', async () => {
    bridge.upstream.answer(converse({ text: 'Sunny in both of them.' }))
    const stream = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } })
    const deltas: string[] = []
    const snapshots: string[] = []
    const done: string[] = []
    stream.on('content.delta', ({ delta, snapshot }) => {
      deltas.push(delta)
      snapshots.push(snapshot)
    })
    stream.on('content.done', ({ content }) => done.push(content))
    const completion = await stream.finalChatCompletion()
    // The provider's own words, its name of the model among them.
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'model',
      usage: USAGE,
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Sunny in both of them.' } }],
    })
    expect(deltas.length).toBeGreaterThan(1)
    expect(deltas.join('')).toBe('Sunny in both of them.')
    expect(snapshots.at(-1)).toBe('Sunny in both of them.')
    expect(done).toEqual(['Sunny in both of them.'])
    expect(await stream.totalUsage()).toMatchObject({ total_tokens: USAGE.total_tokens })
  })

  test('tells of the arguments of calls as they grow', async () => {
    bridge.upstream.answer(twoSteps)
    const stream = client.chat.completions.stream({ model, messages, tools: tools().tools })
    const deltas: Record<number, string> = {}
    const done: object[] = []
    stream.on('tool_calls.function.arguments.delta', ({ index, arguments_delta }) => (deltas[index] = (deltas[index] ?? '') + arguments_delta))
    stream.on('tool_calls.function.arguments.done', ({ name, index, parsed_arguments }) => done.push({ name, index, parsed_arguments }))
    const { tool_calls } = await stream.finalMessage()
    expect(deltas).toEqual({ 0: '{"city":"Rome"}', 1: '{"city":"Oslo"}' })
    expect(done).toEqual([
      { name: 'weather', index: 0, parsed_arguments: { city: 'Rome' } },
      { name: 'weather', index: 1, parsed_arguments: { city: 'Oslo' } },
    ])
    expect(tool_calls).toMatchObject([{ id: 'call_0_0' }, { id: 'call_0_1' }])
  })

  test('reads JSON while it grows', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const stream = client.chat.completions.stream({ model, messages, response_format: zodResponseFormat(person, 'person') })
    const seen: any[] = []
    stream.on('content.delta', ({ parsed }) => seen.push(parsed))
    expect((await stream.finalChatCompletion()).choices[0]!.message.parsed).toEqual(ada)
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toEqual(ada)
  })

  test('ends with an error where the answer breaks off', async () => {
    bridge.upstream.answer(breakOff(['half']))
    const stream = client.chat.completions.stream({ model, messages })
    let content = ''
    stream.on('content', (delta) => (content += delta))
    await expect(stream.finalChatCompletion()).rejects.toThrow(expect.objectContaining({ code: 'upstream_error' }))
    expect(stream.errored).toBe(true)
    expect(content).toBe('half')
  })
})

describe('models', () => {
  test('are listed and found', async () => {
    const listed = (await client.models.list()).data.map(({ id }) => id)
    expect(listed).toContain(model)
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: 'model', owned_by: 'test' })
    await expect(client.models.retrieve('nobody/knows')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})

describe('abort', () => {
  test('of a stream that speaks', async () => {
    bridge.upstream.answer(stall(['It ', 'is']))
    const stream = client.chat.completions.stream({ model, messages })
    stream.on('content', (_delta, snapshot) => {
      if (snapshot === 'It is') stream.abort()
    })
    await expect(stream.done()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    expect(stream.aborted).toBe(true)
    await untilHungUp(bridge)
  })

  test('of an answer that is waited for', async () => {
    bridge.upstream.answer(hang)
    const aborter = new AbortController()
    const answer = client.chat.completions.create({ model, messages }, { signal: aborter.signal })
    void until(() => bridge.upstream.calls.length === 1).then(() => aborter.abort())
    await expect(answer).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await untilHungUp(bridge)
  })

  test('by the timeout of the client', async () => {
    bridge.upstream.answer(hang)
    // The provider is asked well before it.
    await waitForIdle(bridge, 1)
    await expect(client.chat.completions.create({ model, messages }, { timeout: 3000 })).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
    await untilHungUp(bridge)
  })
})

describe('the class of a failure reaches the helpers', () => {
  const failure = (status: number, code: string): Script => fail(status, { message: `It is ${code}.`, type: 'some_type', code })

  test.each(OPENAI_FAILURES)('%i', async (status, code, type) => {
    bridge.upstream.answer(failure(status, code))
    const helpers = [
      () => client.chat.completions.runTools({ model, messages, tools: tools().tools }).done(),
      () => client.chat.completions.parse({ model, messages }),
      () => client.chat.completions.stream({ model, messages }).done(),
    ]
    for (const helper of helpers) {
      const thrown = await helper().then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(thrown).toBeInstanceOf(type)
      expect(thrown).toMatchObject({ status, code, message: `${status} It is ${code}.`, requestID: expect.stringMatching(/^req_/) })
    }
    expect(bridge.upstream.calls).toHaveLength(helpers.length)
  })

  test('a conversation goes on after one', async () => {
    bridge.upstream.answer(failure(429, 'rate_limit_exceeded'))
    await expect(client.chat.completions.parse({ model, messages })).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    bridge.upstream.answer(say('fine'))
    expect((await client.chat.completions.parse({ model, messages })).choices[0]!.message.content).toBe('fine')
  })
})
