import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { type ChatResponse, type Message, Ollama, type Tool } from 'ollama'
import { createOllama } from 'ollama-ai-provider-v2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Bridge } from '../support/bridge.ts'
import { converse, startClientBridge, untilHungUp } from '../support/converse.ts'
import { breakOff, fail, say, stall, stream } from '../support/upstream.ts'

/** The `ollama` package, and the provider of the Vercel AI SDK for it, on the real opencode. */

let bridge: Bridge
let ollama: Ollama

beforeAll(async () => {
  globalThis.AI_SDK_LOG_WARNINGS = false
  bridge = await startClientBridge({
    models: { model: { reasoning: true, modalities: { input: ['text', 'image'], output: ['text'] }, limit: { context: 64_000, output: 8_000 } } },
  })
  ollama = new Ollama({ host: bridge.url })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const model = 'test/model'
const content = 'How is it in Rome and in Oslo?'
const messages: Message[] = [{ role: 'user', content }]
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const schema = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } }, required: ['name', 'age'] }
const ada = { name: 'Ada', age: 36 }
const weather: Tool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

const twoCalls = (delay = 0) =>
  converse({
    delay,
    reasoning: 'I should look.',
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
    { role: 'user', content },
    { role: 'assistant', tool_calls: [call('Rome'), call('Oslo')] },
    { role: 'tool', content: 'sunny in Rome' },
    { role: 'tool', content: 'sunny in Oslo' },
  ])
  expect(sent.slice(2).map((message: any) => message.tool_call_id)).toEqual(sent[1].tool_calls.map((made: any) => made.id))
}

async function collect(pieces: AsyncIterable<ChatResponse>): Promise<ChatResponse[]> {
  const collected: ChatResponse[] = []
  for await (const piece of pieces) collected.push(piece)
  return collected
}

describe('chat', () => {
  test('answers, with what it thought and used', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Let me think.', text: 'Sunny.' }))
    const options = { temperature: 0.5, num_predict: 50, stop: ['END'], num_ctx: 8192 }
    const answer = await ollama.chat({ model, messages: [{ role: 'system', content: 'Be terse.' }, ...messages], options, think: true, keep_alive: '5m' })
    expect(answer).toMatchObject({
      model,
      message: { role: 'assistant', content: 'Sunny.', thinking: 'Let me think.' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 11,
      eval_count: 10,
    })
    expect(answer.total_duration).toBeGreaterThan(0)
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      temperature: 0.5,
      max_tokens: 50,
      stop: ['END'],
      messages: [{ role: 'system', content: 'Be terse.' }, { role: 'user' }],
    })
  })

  test('streams', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Hm.', text: 'Sunny in both.', delay: 20 }))
    const pieces = await collect(await ollama.chat({ model, messages, stream: true }))
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.map(({ message }) => message.content).join('')).toBe('Sunny in both.')
    expect(pieces.map(({ message }) => message.thinking ?? '').join('')).toBe('Hm.')
    expect(pieces.map(({ done }) => done)).toEqual([...Array.from({ length: pieces.length - 1 }, () => false), true])
    expect(pieces.at(-1)).toMatchObject({ done_reason: 'stop', eval_count: 10 })
    expect(pieces.at(-1)!.eval_duration).toBeGreaterThan(0)
  })

  test.each([false, true])('runs tools, which are answered by name (streamed: %j)', async (streamed) => {
    bridge.upstream.answer(twoCalls(streamed ? 5 : 0))
    const ask = async (sent: Message[]): Promise<Message> => {
      if (!streamed) return (await ollama.chat({ model, messages: sent, tools: [weather] })).message
      const pieces = await collect(await ollama.chat({ model, messages: sent, tools: [weather], stream: true }))
      return {
        role: 'assistant',
        content: pieces.map(({ message }) => message.content).join(''),
        tool_calls: pieces.flatMap(({ message }) => message.tool_calls ?? []),
      }
    }
    const called = await ask(messages)
    expect(called.tool_calls!.map((call) => call.function)).toMatchObject([
      { name: 'weather', arguments: { city: 'Rome' } },
      { name: 'weather', arguments: { city: 'Oslo' } },
    ])
    // As the package's own types have them: without ids.
    const history = called.tool_calls!.map(({ function: { name, arguments: args } }) => ({ function: { name, arguments: args } }))
    const results = called.tool_calls!.map((call) => ({ role: 'tool', content: `sunny in ${call.function.arguments.city}`, tool_name: 'weather' }))
    expect((await ask([...messages, { ...called, tool_calls: history }, ...results])).content).toBe(ANSWER)
    expectHistory()
  })

  test('takes images', async () => {
    bridge.upstream.answer(say('A dot.'))
    await ollama.chat({ model, messages: [{ role: 'user', content: 'What is this?', images: [PNG] }] })
    await ollama.generate({ model, prompt: 'What is this?', images: [Buffer.from(PNG, 'base64')] })
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }
    expect(bridge.upstream.calls.map(({ body }) => body.messages.at(-1).content.at(-1))).toEqual([image, image])
  })

  test.each(['json', schema])('answers in JSON: %j', async (format) => {
    bridge.upstream.answer(say(JSON.stringify(ada)))
    const { message } = await ollama.chat({ model, messages, format })
    expect(JSON.parse(message.content)).toEqual(ada)
  })

  test('ends the call when it is aborted', async () => {
    bridge.upstream.answer(stall(['Sun']))
    const client = new Ollama({ host: bridge.url })
    const pieces = await client.chat({ model, messages, stream: true })
    const reading = (async () => {
      for await (const piece of pieces) if (piece.message.content !== '') client.abort()
    })()
    await expect(reading).rejects.toThrow(/abort/i)
    await untilHungUp(bridge)
  })
})

describe('errors', () => {
  test.each([
    [fail(429, { message: 'Slow down.' }), 429, 'Slow down.'],
    [fail(400, { message: 'No.' }), 400, 'No.'],
  ])('are the text of the provider', async (script, status_code, error) => {
    bridge.upstream.answer(script)
    await expect(ollama.chat({ model, messages })).rejects.toMatchObject({ name: 'ResponseError', status_code, error })
  })

  test('name a model that is not there', async () => {
    await expect(ollama.chat({ model: 'nobody', messages })).rejects.toMatchObject({ status_code: 404, error: expect.stringContaining("'nobody'") })
  })

  test('end a stream that breaks', async () => {
    bridge.upstream.answer(breakOff(['Sun']))
    await expect(ollama.chat({ model, messages, stream: true }).then(collect)).rejects.toThrow()
  })

  test.each([
    ['pull', () => ollama.pull({ model })],
    ['push', () => ollama.push({ model })],
    ['create', () => ollama.create({ model: 'mine', from: model })],
    ['copy', () => ollama.copy({ source: model, destination: 'mine' })],
    ['delete', () => ollama.delete({ model })],
    ['embed of a login', () => ollama.embed({ model, input: 'Hi' })],
  ])('say what is not offered: %s', async (_name, ask) => {
    await expect(ask()).rejects.toMatchObject({ status_code: 400, error: expect.stringContaining('does not offer') })
  })
})

test('generate answers a text, streamed and in one piece', async () => {
  bridge.upstream.answer(say(['Sun', 'ny.']))
  expect(await ollama.generate({ model, prompt: content, system: 'Be terse.' })).toMatchObject({ response: 'Sunny.', done: true, eval_count: 10 })
  let text = ''
  for await (const piece of await ollama.generate({ model, prompt: content, stream: true })) text += piece.response
  expect(text).toBe('Sunny.')
  expect(bridge.upstream.calls[0]!.body.messages).toEqual([
    { role: 'system', content: 'Be terse.' },
    { role: 'user', content },
  ])
})

test('models are listed and shown', async () => {
  // Beside those that opencode itself brings.
  expect((await ollama.list()).models.map(({ name }) => name)).toContain(model)
  const shown = await ollama.show({ model })
  expect(shown.capabilities).toEqual(['completion', 'tools', 'vision', 'thinking'])
  const info = shown.model_info as unknown as Record<string, unknown>
  expect(info[`${info['general.architecture'] as string}.context_length`]).toBe(64_000)
  expect((await ollama.ps()).models).toEqual([])
  expect(await ollama.version()).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
})

describe('the provider of the Vercel AI SDK', () => {
  const common = () => ({ model: createOllama({ baseURL: `${bridge.url}/api` })(model), maxRetries: 0 })
  const tools = {
    weather: tool({ description: 'The weather of a city', inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => `sunny in ${city}` }),
  }

  test('runs tools in several steps', async () => {
    bridge.upstream.answer(twoCalls())
    const { text, totalUsage } = await generateText({ ...common(), prompt: content, tools, stopWhen: stepCountIs(3) })
    expect(text).toBe(ANSWER)
    expect(totalUsage).toMatchObject({ inputTokens: 22, outputTokens: 20 })
    expectHistory()
  })

  test('streams them', async () => {
    bridge.upstream.answer(twoCalls(5))
    const { textStream } = streamText({ ...common(), prompt: content, tools, stopWhen: stepCountIs(3) })
    let text = ''
    for await (const piece of textStream) text += piece
    expect(text).toBe(ANSWER)
    expectHistory()
  })

  test('gives an object', async () => {
    bridge.upstream.answer(stream([{ content: JSON.stringify(ada) }]))
    const { output } = await generateText({ ...common(), prompt: content, output: Output.object({ schema: z.object({ name: z.string(), age: z.number() }) }) })
    expect(output).toEqual(ada)
  })
})
