import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loginOf, send, TOOLS } from '../support/strict/by-hand.ts'
import { type StrictCall, type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'

let provider: StrictProvider
const seen: StrictCall[] = []

beforeAll(async () => {
  provider = await startStrictProvider({ before: (call) => void seen.push(call) })
})

beforeEach(() => provider.reset())

afterAll(() => provider.close())

const CHAT = { model: 'gpt-4.1-loop', messages: [{ role: 'user' as const, content: 'Go' }] }
const THINKING = { thinking: { type: 'enabled' as const, budget_tokens: 1024 }, max_tokens: 4096 }

describe("the vendors' own SDKs read its streams as they read its whole answers", () => {
  test('OpenAI chat', async () => {
    const client = new OpenAI({ baseURL: provider.base('chat'), apiKey: provider.key, maxRetries: 0 })
    const tools = TOOLS.chat as OpenAI.ChatCompletionTool[]
    const whole = await client.chat.completions.create({ ...CHAT, tools })
    const stream = client.chat.completions.stream({ ...CHAT, tools, stream_options: { include_usage: true } })
    const streamed = await stream.finalChatCompletion()
    const shapeOf = ({ choices, usage }: OpenAI.ChatCompletion) => [
      choices[0]!.finish_reason,
      choices[0]!.message.tool_calls?.map((call) => call.type === 'function' && call.function.name),
      usage,
    ]
    expect(shapeOf(streamed)).toEqual(shapeOf(whole))
    expect(whole.choices[0]!.message.tool_calls).toHaveLength(2)
    expect(whole.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 4 } })
  })

  test('OpenAI Responses', async () => {
    const client = new OpenAI({ baseURL: provider.base('responses'), apiKey: provider.key, maxRetries: 0 })
    const body = {
      model: 'gpt-5.4-interleaved',
      input: 'Go',
      tools: TOOLS.responses as OpenAI.Responses.Tool[],
      store: false,
      reasoning: { summary: 'auto' as const },
      include: ['reasoning.encrypted_content' as const],
    }
    const whole = await client.responses.create(body)
    const streamed = await client.responses.stream(body).finalResponse()
    const shapeOf = ({ output, usage }: Pick<OpenAI.Responses.Response, 'output' | 'usage'>) => [output.map(({ type }) => type), usage]
    expect(shapeOf(streamed as OpenAI.Responses.Response)).toEqual(shapeOf(whole))
    expect(shapeOf(whole)[0]).toEqual(['reasoning', 'function_call', 'reasoning', 'message', 'function_call'])
    expect(streamed.output[0]).toMatchObject({ summary: [{ text: expect.stringContaining('First considers') }], encrypted_content: expect.any(String) })
  })

  test('Anthropic Messages', async () => {
    const client = new Anthropic({
      baseURL: provider.base('anthropic').replace('/v1', ''),
      apiKey: provider.key,
      maxRetries: 0,
      defaultHeaders: { 'anthropic-beta': 'interleaved-thinking-2025-05-14' },
    })
    for (const [script, types] of [
      ['interleaved', ['thinking', 'tool_use', 'thinking', 'text', 'tool_use']],
      ['redacted', ['redacted_thinking', 'tool_use', 'tool_use']],
      ['silent', ['thinking', 'tool_use', 'tool_use']],
    ] as const) {
      const body = { model: `claude-sonnet-4-5-${script}`, messages: CHAT.messages, tools: TOOLS.anthropic as Anthropic.Tool[], ...THINKING }
      const whole = await client.messages.create(body)
      const streamed = await client.messages.stream(body).finalMessage()
      expect(streamed.content.map(({ type }) => type)).toEqual(types)
      expect(whole.content.map(({ type }) => type)).toEqual(types)
      expect(streamed.usage).toMatchObject({ input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 10 })
      expect([streamed.stop_reason, whole.stop_reason]).toEqual(['tool_use', 'tool_use'])
      if (script === 'silent') expect(streamed.content[0]).toEqual({ type: 'thinking', thinking: '', signature: expect.stringMatching(/.{100}/) })
    }
    expect(provider.violations).toEqual([])
  })

  test('Google', async () => {
    const client = new GoogleGenAI({ apiKey: provider.key, httpOptions: { baseUrl: provider.base('gemini').replace('/v1beta', '') } })
    const body = { model: 'gemini-3-pro-signed-text', contents: 'Go', config: { tools: TOOLS.gemini as object[], thinkingConfig: { includeThoughts: true } } }
    const whole = await client.models.generateContent(body)
    const parts = []
    let usage
    for await (const chunk of await client.models.generateContentStream(body)) {
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []))
      usage = chunk.usageMetadata
    }
    const signed = [undefined, undefined, expect.any(String), expect.any(String), undefined]
    expect(whole.candidates![0]!.content!.parts!.map(({ thoughtSignature }) => thoughtSignature)).toEqual(signed)
    expect(parts.filter(({ thoughtSignature }) => thoughtSignature)).toMatchObject([{ text: '' }, { functionCall: { name: 'get_weather' } }])
    expect(usage).toMatchObject({ promptTokenCount: 11, cachedContentTokenCount: 4, thoughtsTokenCount: 5, candidatesTokenCount: 5 })
  })
})

describe('what a script asks for', () => {
  test('fails with a status in the words of the vendor, which is no violation', async () => {
    const chat = await send(provider, { wire: 'chat', path: '/chat/completions', body: { ...CHAT, model: 'gpt-4.1-error-429' } })
    const messages = await send(provider, { wire: 'anthropic', path: '/messages', body: { ...CHAT, model: 'claude-sonnet-4-5-error-529', max_tokens: 10 } })
    const gemini = await send(provider, {
      wire: 'gemini',
      path: '/models/gemini-3-pro-error-503:generateContent',
      body: { contents: [{ parts: [{ text: 'x' }] }] },
    })
    expect([chat, messages, gemini]).toMatchObject([
      { status: 429, json: { error: { code: 'rate_limit_exceeded' } } },
      { status: 529, json: { error: { type: 'overloaded_error' } } },
      { status: 503, json: { error: { status: 'UNAVAILABLE' } } },
    ])
    expect(provider.violations).toEqual([])
  })

  test('breaks a stream, or ends it with an error', async () => {
    const body = { ...CHAT, stream: true }
    const broken = await send(provider, { wire: 'chat', path: '/chat/completions', body: { ...body, model: 'gpt-4.1-cut' } }).catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(TypeError)
    const failed = await send(provider, { wire: 'chat', path: '/chat/completions', body: { ...body, model: 'gpt-4.1-stream-error' } })
    expect(failed.text).toContain('data: {"error":')
    expect(failed.text).not.toContain('[DONE]')
  })

  test('is played for any model', async () => {
    provider.script('my-model', ({ user, step }) => ({ pieces: [{ type: 'text', text: `${step}: ${user}` }] }))
    const { json } = await send(provider, { wire: 'deepseek', path: '/chat/completions', body: { ...CHAT, model: 'my-model' } })
    expect(json.choices[0].message.content).toBe('0: Go')
  })
})

test('calls are kept as they were sent, with what came of them', async () => {
  seen.length = 0
  const text =
    '{"model":"claude-sonnet-4-5-loop",  "max_tokens":4096, "thinking":{"type":"enabled","budget_tokens":1024}, "messages":[{"role":"user","content":"Go"}], "tools":[{"name":"x","input_schema":{"type":"object"}}]}'
  await fetch(`${provider.base('anthropic', 'b')}/messages?beta=true`, {
    method: 'POST',
    headers: { ...loginOf(provider, 'anthropic'), 'x-mine': 'yes' },
    body: text,
  })
  await send(provider, { wire: 'chat', path: '/chat/completions', body: {} })
  expect(provider.calls).toMatchObject([
    {
      wire: 'anthropic',
      provider: 'anthropic~b',
      path: '/messages?beta=true',
      text,
      headers: { 'x-mine': 'yes' },
      status: 200,
      issued: [expect.any(String)],
      returned: [],
      violation: undefined,
    },
    { wire: 'chat', provider: 'chat', path: '/chat/completions', status: 400, violation: { rule: 'openai-chat/missing' } },
  ])
  expect(provider.calls).toEqual(seen)
  expect(provider.violations).toMatchObject([{ rule: 'openai-chat/missing', status: 400, path: '/chat/completions' }])
})

test('what is no wire of it is noted', async () => {
  expect((await fetch(`${provider.url}/elsewhere/v1/x`)).status).toBe(404)
  expect(provider.strangers).toEqual(['/elsewhere/v1/x'])
  expect(provider.calls).toEqual([])
})
