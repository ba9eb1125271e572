import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

function connect(): { client: OpenAI; engine: TestApp['engine'] } {
  const { app, engine } = testApp({ apiKeys: ['a-long-key'] })
  const client = new OpenAI({
    apiKey: 'a-long-key',
    baseURL: 'http://127.0.0.1:4141/v1',
    maxRetries: 0,
    fetch: async (url, init) => app.request(url as string, init),
  })
  return { client, engine }
}

const request = { model: 'openai/gpt-5', messages: [{ role: 'user' as const, content: 'Hi' }] }

describe('the openai package', () => {
  it('reads an answer and the list of models', async () => {
    const { client } = connect()
    const completion = await client.chat.completions.create(request)
    expect(completion.choices[0]!.message.content).toBe('Hello')
    expect(completion._request_id).toMatch(/^req_/)
    expect((await client.models.list()).data.map(({ id }) => id)).toContain('openai/gpt-5')
    expect((await client.models.retrieve('openai/gpt-5')).id).toBe('openai/gpt-5')
  })

  it('reads a stream with its tool calls and usage', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'I look.' }
      yield { type: 'tool-call-start', index: 0, id: 'call_1', name: 'weather' }
      yield { type: 'tool-call-delta', index: 0, arguments: '{"city":' }
      yield { type: 'tool-call-delta', index: 0, arguments: '"Rome"}' }
      yield { type: 'finish', reason: 'tool-calls', usage: { input: 1, output: 2, cachedInput: 0, reasoning: 0 } }
    }
    const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } })
    const { choices, usage } = await stream.finalChatCompletion()
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'I look.', tool_calls: [{ id: 'call_1', function: { name: 'weather', arguments: '{"city":"Rome"}' } }] },
    })
    expect(usage).toMatchObject({ total_tokens: 3 })
  })

  it('throws for a stream that breaks', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('opencode died.', { code: 'process_failed', status: 502 })
    }
    const stream = await client.chat.completions.create({ ...request, stream: true })
    const read = async (): Promise<void> => {
      for await (const _ of stream);
    }
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'process_failed', message: 'opencode died.' }))
  })

  it.each([
    [401, 'invalid_api_key', OpenAI.AuthenticationError],
    [404, 'model_not_found', OpenAI.NotFoundError],
    [429, 'bridge_overloaded', OpenAI.RateLimitError],
    [503, 'bridge_draining', OpenAI.InternalServerError],
  ])('has its own class for %i', async (status, code, type) => {
    const { client, engine } = connect()
    engine.script = () => {
      throw new BridgeError('No.', { code, status })
    }
    const failure = await client.chat.completions.create(request).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(type)
    expect(failure).toMatchObject({ status, code })
    engine.script = () => say('Hello')
    await expect(client.chat.completions.create(request)).resolves.toBeDefined()
  })
})
