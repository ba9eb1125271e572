import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { Event } from '../../src/core/event.ts'
import { say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

const model = 'openai/gpt-5'
const declaration = { name: 'weather', parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] } }

function connect(): { client: GoogleGenAI; engine: TestApp['engine'] } {
  const { app, engine } = testApp({ apiKeys: ['a-long-key'] })
  const client = new GoogleGenAI({
    apiKey: 'a-long-key',
    httpOptions: { baseUrl: 'http://127.0.0.1:4141', fetch: async (url: URL | RequestInfo, init?: RequestInit) => app.request(String(url), init) },
  })
  return { client, engine }
}

async function* call(): AsyncGenerator<Event> {
  yield { type: 'text-delta', text: 'I look.' }
  yield { type: 'tool-call-start', index: 0, id: 'call_9', name: 'weather' }
  yield { type: 'tool-call-delta', index: 0, arguments: '{"city":' }
  yield { type: 'tool-call-delta', index: 0, arguments: '"Rome"}' }
  yield { type: 'finish', reason: 'tool-calls', usage: { input: 1, output: 2, cachedInput: 0, reasoning: 0 } }
}

describe('the @google/genai package', () => {
  it('reads an answer', async () => {
    const { client, engine } = connect()
    const response = await client.models.generateContent({ model, contents: 'Hi', config: { systemInstruction: 'Be brief.', maxOutputTokens: 9 } })
    expect(response.text).toBe('Hello')
    expect(response.usageMetadata).toMatchObject({ promptTokenCount: 10, candidatesTokenCount: 3, thoughtsTokenCount: 1, totalTokenCount: 14 })
    expect(response).toMatchObject({ modelVersion: model, responseId: expect.stringMatching(/^\w{32}$/) })
    expect(engine.prompts[0]).toMatchObject({
      model,
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      parameters: { maxOutputTokens: 9 },
    })
  })

  it('reads a stream', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'reasoning-delta', text: 'Hm' }
      yield* say('Hel', 'lo')
    }
    const texts: (string | undefined)[] = []
    let reason: unknown
    for await (const chunk of await client.models.generateContentStream({ model, contents: 'Hi' })) {
      texts.push(chunk.text)
      reason = chunk.candidates?.[0]?.finishReason
    }
    expect(texts.join('')).toBe('Hello')
    expect(reason).toBe('STOP')
  })

  it('calls functions and sends their results, streamed or not', async () => {
    const { client, engine } = connect()
    const config = {
      tools: [{ functionDeclarations: [declaration] }],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['weather'] } },
    }
    engine.script = () => call()
    const chat = client.chats.create({ model, config })
    const calls = []
    for await (const chunk of await chat.sendMessageStream({ message: 'Weather?' })) calls.push(...(chunk.functionCalls ?? []))
    expect(calls).toEqual([{ id: 'call_9', name: 'weather', args: { city: 'Rome' } }])
    const { functionCalls } = await client.models.generateContent({ model, contents: 'Weather?', config })
    expect(functionCalls).toEqual(calls)

    engine.script = () => say('Sunny.')
    const { id, name } = calls[0]!
    const answer = await chat.sendMessage({ message: { functionResponse: { id: id!, name: name!, response: { output: 'sun' } } } })
    expect(answer.text).toBe('Sunny.')
    expect(engine.prompts.at(-1)).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', content: 'I look.', toolCalls: [{ id: 'call_9', name: 'weather', arguments: '{"city":"Rome"}' }] },
        { role: 'tool', toolCallId: 'call_9', content: 'sun' },
      ],
      tools: [{ name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }],
      toolChoice: { type: 'tool', name: 'weather' },
    })
  })

  it('reads thoughts', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'reasoning-delta', text: 'Hm' }
      yield* say('Hello')
    }
    const config = { thinkingConfig: { includeThoughts: true, thinkingBudget: 512 } }
    const { candidates } = await client.models.generateContent({ model, contents: 'Hi', config })
    expect(candidates![0]!.content!.parts).toEqual([{ text: 'Hm', thought: true }, { text: 'Hello' }])
    expect(engine.prompts[0]!.parameters).toEqual({ reasoningEffort: 'low' })
  })

  it('counts tokens and lists models', async () => {
    const { client } = connect()
    const { totalTokens } = await client.models.countTokens({ model, contents: 'How many are these?' })
    expect(totalTokens).toBeGreaterThan(3)
    expect(totalTokens).toBeLessThan(20)

    const names: (string | undefined)[] = []
    for await (const { name } of await client.models.list({ config: { pageSize: 2 } })) names.push(name)
    expect(names).toEqual(['models/github-copilot/gpt-5-mini', 'models/openai/gpt-5', 'models/openrouter/meta/llama-3'])
    expect(await client.models.get({ model: 'openrouter/meta/llama-3' })).toMatchObject({ name: 'models/openrouter/meta/llama-3', inputTokenLimit: 128_000 })
  })

  it.each([
    [401, 'invalid_api_key', 'UNAUTHENTICATED'],
    [404, 'model_not_found', 'NOT_FOUND'],
    [429, 'rate_limit_exceeded', 'RESOURCE_EXHAUSTED'],
    [503, 'bridge_draining', 'UNAVAILABLE'],
  ])('throws for %i', async (status, code, name) => {
    const { client, engine } = connect()
    engine.script = () => {
      throw new BridgeError('No.', { code, status })
    }
    const failure = await client.models.generateContent({ model, contents: 'Hi' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ApiError)
    expect((failure as ApiError).status).toBe(status)
    expect(JSON.parse((failure as ApiError).message)).toMatchObject({ error: { code: status, status: name, message: 'No.' } })
  })

  it('throws for a stream that breaks', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('opencode died.', { code: 'process_failed', status: 502 })
    }
    const stream = await client.models.generateContentStream({ model, contents: 'Hi' })
    const read = async (): Promise<void> => {
      for await (const _ of stream);
    }
    await expect(read()).rejects.toThrow('opencode died.')
  })

  it('throws once for what is not there', async () => {
    const { client } = connect()
    const failure = await client.models.embedContent({ model, contents: 'Hi' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining('generateContent') })
  })
})
