import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import { type TestApp, testApp } from '../../server/test-app.ts'

function connect(): TestApp & { client: Anthropic } {
  const test = testApp({ apiKeys: ['a-long-key'], aliases: { 'claude-opus-5': ['openai/gpt-5'] } })
  const client = new Anthropic({
    apiKey: 'a-long-key',
    baseURL: 'http://127.0.0.1:4141',
    maxRetries: 0,
    fetch: async (url, init) => test.app.request(url as string, init),
  })
  return { ...test, client }
}

const request = { model: 'claude-opus-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] }
const weather: Anthropic.Tool = { name: 'weather', description: 'Tells the weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }
const usage = { input: 10, output: 4, cachedInput: 3, reasoning: 1 }

async function* callTools() {
  yield { type: 'reasoning-delta', text: 'Two cities.' } as const
  yield { type: 'text-delta', text: 'I look.' } as const
  yield { type: 'tool-call-start', index: 0, id: 'call_0', name: 'weather' } as const
  yield { type: 'tool-call-start', index: 1, id: 'call_1', name: 'weather' } as const
  yield { type: 'tool-call-delta', index: 1, arguments: '{"city": "Rome"}' } as const
  yield { type: 'tool-call-delta', index: 0, arguments: '{"city": ' } as const
  yield { type: 'tool-call-delta', index: 0, arguments: '"Oslo"}' } as const
  yield { type: 'finish', reason: 'tool-calls', usage } as const
}

const calls = {
  stop_reason: 'tool_use',
  content: [
    { type: 'thinking', thinking: 'Two cities.', signature: '' },
    { type: 'text', text: 'I look.' },
    { type: 'tool_use', id: 'call_0', name: 'weather', input: { city: 'Oslo' } },
    { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Rome' } },
  ],
  usage: { input_tokens: 7, cache_read_input_tokens: 3, cache_creation_input_tokens: 0, output_tokens: 4 },
}

describe('the @anthropic-ai/sdk package', () => {
  it('reads a message', async () => {
    const { client, engine } = connect()
    const message = await client.messages.create({ ...request, system: 'Be brief.' })
    expect(message).toMatchObject({
      model: 'claude-opus-5',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 7, output_tokens: 4 },
    })
    expect(engine.prompts).toMatchObject([{ model: 'openai/gpt-5', messages: [{ role: 'system' }, { role: 'user' }], parameters: { maxOutputTokens: 100 } }])
  })

  it('reads a stream', async () => {
    const { client } = connect()
    const heard: string[] = []
    const stream = client.messages.stream(request).on('text', (delta) => heard.push(delta))
    const message = await stream.finalMessage()
    expect(heard.join('')).toBe('Hello')
    expect(message).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'Hello' }], usage: { input_tokens: 7, output_tokens: 4 } })
  })

  it('reads tool calls in both ways and sends their results', async () => {
    const { client, engine } = connect()
    engine.script = callTools
    const ask = { ...request, tools: [weather] }
    expect(await client.messages.create(ask)).toMatchObject(calls)
    const message = await client.messages.stream(ask).finalMessage()
    expect(message).toMatchObject(calls)

    const results = message.content.flatMap((block) => (block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'sunny' }] : []))
    await client.messages.create({ ...ask, messages: [...request.messages, { role: 'assistant', content: message.content }, { role: 'user', content: results }] })
    expect(engine.prompts.at(-1)!.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: 'I look.',
        reasoning: 'Two cities.',
        toolCalls: [
          { id: 'call_0', name: 'weather', arguments: '{"city":"Oslo"}' },
          { id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
        ],
      },
      { role: 'tool', toolCallId: 'call_0', content: 'sunny' },
      { role: 'tool', toolCallId: 'call_1', content: 'sunny' },
    ])
  })

  it('runs tools by itself', async () => {
    const { client, engine } = connect()
    engine.script = async function* (prompt) {
      if (prompt.messages.at(-1)!.role !== 'tool') return yield* callTools()
      yield { type: 'text-delta', text: 'Sunny.' }
      yield { type: 'finish', reason: 'stop', usage }
    }
    const asked: unknown[] = []
    const tool = { ...weather, type: 'custom' as const, run: (input: unknown) => `sunny ${asked.push(input)}`, parse: (input: unknown) => input }
    const message = await client.beta.messages.toolRunner({ ...request, tools: [tool] })
    expect(message.content).toMatchObject([{ type: 'text', text: 'Sunny.' }])
    expect(asked).toEqual([{ city: 'Oslo' }, { city: 'Rome' }])
  })

  it('counts tokens without asking the model', async () => {
    const { client, engine } = connect()
    const { input_tokens: bare } = await client.messages.countTokens({ model: request.model, messages: request.messages })
    const { input_tokens: more } = await client.messages.countTokens({ model: request.model, messages: request.messages, system: 'Be brief.', tools: [weather] })
    expect(bare).toBeGreaterThan(0)
    expect(more).toBeGreaterThan(bare + 20)
    expect(engine.prompts).toEqual([])
    await expect(client.messages.countTokens({ model: 'nothing-like-it', messages: request.messages })).rejects.toBeInstanceOf(Anthropic.NotFoundError)
  })

  it('throws for a stream that breaks', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('opencode died.', { code: 'process_failed', status: 502 })
    }
    const failure = await client.messages.stream(request).finalMessage().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Anthropic.APIError)
    expect(failure).toMatchObject({ type: 'api_error', apiMessage: 'opencode died.', errorCode: 'process_failed' })
  })

  it.each([
    [400, 'invalid_value', 'invalid_request_error', Anthropic.BadRequestError],
    [401, 'invalid_api_key', 'authentication_error', Anthropic.AuthenticationError],
    [403, 'forbidden_origin', 'permission_error', Anthropic.PermissionDeniedError],
    [404, 'model_not_found', 'not_found_error', Anthropic.NotFoundError],
    [429, 'rate_limit_exceeded', 'rate_limit_error', Anthropic.RateLimitError],
    [502, 'upstream_error', 'api_error', Anthropic.InternalServerError],
    [503, 'bridge_overloaded', 'overloaded_error', Anthropic.InternalServerError],
  ])('has its own class for %i', async (status, code, type, kind) => {
    const { client, engine } = connect()
    engine.script = () => {
      throw new BridgeError('No.', { code, status })
    }
    const failure = await client.messages.create(request).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(kind)
    expect(failure).toMatchObject({ status, type, apiMessage: 'No.', errorCode: code })
  })

  it('is told of a wrong key and a missing field in its own envelope', async () => {
    const { app, client } = connect()
    const stranger = new Anthropic({ apiKey: 'wrong', baseURL: 'http://127.0.0.1:4141', maxRetries: 0, fetch: async (url, init) => app.request(url as string, init) })
    await expect(stranger.messages.create(request)).rejects.toThrow(expect.objectContaining({ status: 401, type: 'authentication_error' }))
    const { max_tokens: _, ...incomplete } = request
    await expect(client.messages.create(incomplete as typeof request)).rejects.toThrow(
      expect.objectContaining({ status: 400, type: 'invalid_request_error', apiMessage: expect.stringContaining("'max_tokens'") }),
    )
  })

  it('learns which fields had no effect', async () => {
    const { client } = connect()
    // Newer packages have no type for `top_k`.
    const extra = { top_k: 3, tools: [{ type: 'web_search_20250305' as const, name: 'web_search' as const }] }
    const { response } = await client.messages.create({ ...request, ...extra }).withResponse()
    expect(response.headers.get('x-bridge-ignored')).toBe('top_k, tools.web_search_20250305')
  })
})
