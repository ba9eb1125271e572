import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateObject, generateText, NoObjectGeneratedError, Output, stepCountIs, streamObject, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Bridge, until } from '../support/bridge.ts'
import { converse, startClientBridge } from '../support/converse.ts'
import { breakOff, fail, stall } from '../support/upstream.ts'

/** The Vercel AI SDK with its provider for OpenAI-compatible servers, on the real opencode. */

let bridge: Bridge

beforeAll(async () => {
  // It tells of a provider without schemas on the console.
  globalThis.AI_SDK_LOG_WARNINGS = false
  bridge = await startClientBridge()
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

/** What every call shares: the model, and no retries beside the bridge's. */
function common(supportsStructuredOutputs = true) {
  const provider = createOpenAICompatible({ name: 'bridge', baseURL: `${bridge.url}/v1`, apiKey: 'any', includeUsage: true, supportsStructuredOutputs })
  return { model: provider('test/model'), maxRetries: 0 }
}

const prompt = 'How is it in Rome and in Oslo?'
const USED = { inputTokens: 11, outputTokens: 10, totalTokens: 21, inputTokenDetails: { cacheReadTokens: 4 }, outputTokenDetails: { reasoningTokens: 5 } }
const person = z.object({ name: z.string(), age: z.number() })
const ada = { name: 'Ada', age: 36 }

/** Two calls at once, then one more, then an answer made of their results. */
const twoSteps = (delay = 0) =>
  converse({
    delay,
    reasoning: 'I should look.',
    turns: [
      [
        { name: 'weather', arguments: { city: 'Rome' } },
        { name: 'weather', arguments: { city: 'Oslo' } },
      ],
      [{ name: 'clock', arguments: { city: 'Rome' } }],
    ],
  })
const ANSWER = 'It is sunny in Rome, sunny in Oslo, noon in Rome.'
const inputSchema = z.object({ city: z.string() })
const tools = {
  weather: tool({ description: 'The weather of a city', inputSchema, execute: async ({ city }) => `sunny in ${city}` }),
  clock: tool({ inputSchema, execute: async ({ city }) => `noon in ${city}` }),
}

/** What the provider got of the last step: the whole conversation, natively. */
function expectHistory(): void {
  expect(bridge.upstream.calls).toHaveLength(3)
  const call = (id: string, name: string, city: string) => ({ id, type: 'function', function: { name, arguments: JSON.stringify({ city }) } })
  expect(bridge.upstream.calls[2]!.body.messages).toMatchObject([
    { role: 'user', content: prompt },
    { role: 'assistant', tool_calls: [call('call_0_0', 'weather', 'Rome'), call('call_0_1', 'weather', 'Oslo')] },
    { role: 'tool', tool_call_id: 'call_0_0', content: 'sunny in Rome' },
    { role: 'tool', tool_call_id: 'call_0_1', content: 'sunny in Oslo' },
    { role: 'assistant', tool_calls: [call('call_1_0', 'clock', 'Rome')] },
    { role: 'tool', tool_call_id: 'call_1_0', content: 'noon in Rome' },
  ])
}

describe('generateText', () => {
  test('answers, with what it thought and used', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Let me think.', text: 'Sunny in both.' }))
    const result = await generateText({ ...common(), system: 'Be brief.', prompt, temperature: 0.3 })
    expect(result).toMatchObject({ text: 'Sunny in both.', reasoningText: 'Let me think.', finishReason: 'stop', usage: USED, warnings: [] })
    expect(bridge.upstream.calls[0]!.body).toMatchObject({
      temperature: 0.3,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: prompt },
      ],
    })
  })

  test('runs tools in several steps', async () => {
    bridge.upstream.answer(twoSteps())
    const { text, steps, totalUsage } = await generateText({ ...common(), prompt, tools, stopWhen: stepCountIs(5) })
    expect(text).toBe(ANSWER)
    expect(steps.map((step) => [step.finishReason, step.reasoningText, step.toolCalls.map((call) => [call.toolCallId, call.toolName, call.input])])).toEqual([
      [
        'tool-calls',
        'I should look.',
        [
          ['call_0_0', 'weather', { city: 'Rome' }],
          ['call_0_1', 'weather', { city: 'Oslo' }],
        ],
      ],
      ['tool-calls', 'I should look.', [['call_1_0', 'clock', { city: 'Rome' }]]],
      ['stop', 'I should look.', []],
    ])
    expect(totalUsage).toMatchObject({ totalTokens: 3 * USED.totalTokens })
    expectHistory()
  })

  test('stops with the calls where it is told to', async () => {
    bridge.upstream.answer(twoSteps())
    const { toolCalls, finishReason } = await generateText({ ...common(), prompt, tools, toolChoice: { type: 'tool', toolName: 'weather' } })
    expect(finishReason).toBe('tool-calls')
    expect(toolCalls).toHaveLength(2)
    expect(bridge.upstream.calls).toHaveLength(1)
    expect(bridge.upstream.calls[0]!.body.tool_choice).toEqual({ type: 'function', function: { name: 'weather' } })
  })

  test.each<[number, string, boolean]>([
    [400, 'context_length_exceeded', false],
    [401, 'invalid_api_key', false],
    [429, 'rate_limit_exceeded', true],
    [503, 'overloaded', true],
  ])('throws an APICallError for %i', async (status, code, isRetryable) => {
    bridge.upstream.answer(fail(status, { message: `It is ${code}.`, type: 'some_type', code }))
    const thrown = await generateText({ ...common(), prompt }).catch((error: unknown) => error)
    expect(APICallError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({ statusCode: status, isRetryable, message: `It is ${code}.`, data: { error: { code } } })
  })
})

describe('streamText', () => {
  test('tells of thoughts and text as they grow', async () => {
    bridge.upstream.answer(converse({ reasoning: 'Let me think.', text: 'Sunny in both.' }))
    const result = streamText({ ...common(), prompt })
    const parts: Record<string, string[]> = { 'reasoning-delta': [], 'text-delta': [] }
    for await (const part of result.fullStream) {
      if (part.type === 'reasoning-delta' || part.type === 'text-delta') parts[part.type]!.push(part.text)
    }
    expect(parts['text-delta']!.length).toBeGreaterThan(1)
    expect(parts['text-delta']!.join('')).toBe('Sunny in both.')
    expect(parts['reasoning-delta']!.join('')).toBe('Let me think.')
    expect(await result.usage).toMatchObject(USED)
    expect(await result.finishReason).toBe('stop')
  })

  test('runs tools in several steps, their arguments as they grow', async () => {
    bridge.upstream.answer(twoSteps(100))
    const result = streamText({ ...common(), prompt, tools, stopWhen: stepCountIs(5) })
    const input: Record<string, string> = {}
    const results: unknown[] = []
    let pieces = 0
    for await (const part of result.fullStream) {
      if (part.type === 'tool-input-start') input[part.id] = ''
      if (part.type === 'tool-input-delta') {
        pieces++
        input[part.id] += part.delta
      }
      if (part.type === 'tool-result') results.push(part.output)
      if (part.type === 'error' || part.type === 'tool-error') throw part.error
    }
    expect(await result.text).toBe(ANSWER)
    expect(input).toEqual({ call_0_0: '{"city":"Rome"}', call_0_1: '{"city":"Oslo"}', call_1_0: '{"city":"Rome"}' })
    expect(pieces).toBeGreaterThan(3)
    expect(results).toEqual(['sunny in Rome', 'sunny in Oslo', 'noon in Rome'])
    expect((await result.steps).map((step) => step.finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop'])
    expect(await result.totalUsage).toMatchObject({ totalTokens: 3 * USED.totalTokens })
    expectHistory()
  })

  test('tells of an answer that breaks off, and of no end', async () => {
    bridge.upstream.answer(breakOff(['half']))
    const types: string[] = []
    let text = ''
    for await (const part of streamText({ ...common(), prompt, onError: () => {} }).fullStream) {
      types.push(part.type)
      if (part.type === 'text-delta') text += part.text
      if (part.type === 'finish') expect(part.finishReason).not.toBe('stop')
    }
    expect(text).toBe('half')
    expect(types).toContain('error')
  })

  test('ends the provider’s stream when it is aborted', async () => {
    bridge.upstream.answer(stall(['It ', 'is']))
    const aborter = new AbortController()
    const types: string[] = []
    for await (const part of streamText({ ...common(), prompt, abortSignal: aborter.signal }).fullStream) {
      types.push(part.type)
      if (part.type === 'text-delta') aborter.abort()
    }
    expect(types.at(-1)).toBe('abort')
    await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
  })
})

describe('objects', () => {
  /** The answer's format as the provider got it. */
  const format = () => bridge.upstream.calls[0]!.body.response_format

  test('of generateObject, by a schema that the provider got', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const { object, usage, finishReason } = await generateObject({ ...common(), schema: person, schemaName: 'person', prompt })
    expect(object).toEqual(ada)
    expect({ usage, finishReason }).toMatchObject({ usage: USED, finishReason: 'stop' })
    expect(format()).toMatchObject({ type: 'json_schema', json_schema: { name: 'person', schema: { type: 'object', required: ['name', 'age'] } } })
  })

  test('of generateObject, without a schema for the provider', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    expect((await generateObject({ ...common(false), schema: person, prompt })).object).toEqual(ada)
    expect(format()).toEqual({ type: 'json_object' })
  })

  test('of streamObject, as they grow', async () => {
    bridge.upstream.answer(converse({ json: ada }))
    const result = streamObject({ ...common(), schema: person, prompt })
    const seen: object[] = []
    for await (const partial of result.partialObjectStream) seen.push(partial)
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toEqual(ada)
    expect(await result.object).toEqual(ada)
  })

  test('of Output.object, after the steps of tools', async () => {
    bridge.upstream.answer(converse({ turns: [[{ name: 'weather', arguments: { city: 'Rome' } }]], json: ada }))
    const { output, steps } = await generateText({ ...common(), prompt, tools, output: Output.object({ schema: person }), stopWhen: stepCountIs(5) })
    expect(output).toEqual(ada)
    expect(steps).toHaveLength(2)
    expect(format()).toMatchObject({ type: 'json_schema' })
  })

  test('that do not fit are the SDK’s own error', async () => {
    bridge.upstream.answer(converse({ json: { name: 'Ada' } }))
    await expect(generateObject({ ...common(), schema: person, prompt })).rejects.toSatisfy(NoObjectGeneratedError.isInstance)
  })
})
