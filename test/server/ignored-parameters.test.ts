import { describe, expect, it } from 'vitest'
import { model } from './fake-engine.ts'
import { errorOf, hello, testApp } from './test-app.ts'

const request = { ...hello, temperature: 0, seed: 1, logit_bias: { 1: 1 }, top_k: 3 }

function appOf(wire: 'chat' | 'responses', config: { strict?: boolean } = {}): ReturnType<typeof testApp> {
  const app = testApp(config)
  app.engine.list = [{ ...model('openai/gpt-5'), wire }]
  return app
}

describe('what a model cannot be given', () => {
  it.each([false, true])('is told by a header (stream: %j)', async (stream) => {
    const { chat, engine } = appOf('responses')
    const response = await chat({ ...request, stream })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-bridge-ignored')).toBe('seed, logit_bias, top_k')
    expect(engine.prompts[0]!.parameters).toMatchObject({ seed: 1 })
  })

  it('is told on errors too', async () => {
    const { chat, engine } = appOf('responses')
    engine.script = () => {
      throw new Error('broken')
    }
    expect((await chat(request)).headers.get('x-bridge-ignored')).toBe('seed, logit_bias, top_k')
  })

  it('depends on the format of its provider', async () => {
    const { chat } = appOf('chat')
    expect((await chat(request)).headers.get('x-bridge-ignored')).toBe('top_k')
    expect((await chat({ ...hello, seed: 1, n: 1, logprobs: false })).headers.has('x-bridge-ignored')).toBe(false)
  })

  it.each(['responses', 'messages', 'gemini'] as const)('is told and not refused where it cannot change the answer (%s)', async (wire) => {
    const { chat, engine } = testApp({ strict: true })
    engine.list = [{ ...model('openai/gpt-5'), wire }]
    const hints = { prediction: { type: 'content', content: 'Hello' }, prompt_cache_key: 'k', safety_identifier: 's', prompt_cache_retention: '24h' }
    const response = await chat({ ...hello, ...hints })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-bridge-ignored')).toBe('prediction, prompt_cache_key, safety_identifier, prompt_cache_retention')
    const refused = await errorOf(await chat({ ...hello, ...hints, user: 'u', metadata: { a: 'b' }, min_p: 1 }))
    expect(refused).toMatchObject({ param: 'min_p', message: expect.stringContaining('cannot be given: min_p.') })
  })

  it.each([
    [{ edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] }, undefined],
    [{ edits: [] }, undefined],
    [{ edits: [{ type: 'clear_thinking_20251015', keep: 'all' }, { type: 'clear_tool_uses_20250919' }] }, 'context_management'],
    [{ edits: [{ type: 'clear_thinking_20251015', keep: { type: 'thinking_turns', value: 1 } }] }, 'context_management'],
  ])('is an edit of the context only where it leaves something out: %j', async (context_management, ignored) => {
    const ask = (strict: boolean) =>
      testApp({ strict }).app.request('/v1/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...hello, max_tokens: 9, context_management }),
      })
    expect((await ask(false)).headers.get('x-bridge-ignored')).toBe(ignored ?? null)
    expect((await ask(true)).status).toBe(ignored === undefined ? 200 : 400)
  })

  it.each<[string, string, object]>([
    ['/v1/chat/completions', 'response_format.foo', { ...hello, response_format: { type: 'text', foo: 1 } }],
    ['/v1/chat/completions', 'tools.function.bar', { ...hello, tools: [{ type: 'function', function: { name: 'f', bar: 1 } }] }],
    ['/v1/chat/completions', 'messages.content.baz', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', baz: 1 }] }] }],
    ['/v1/responses', 'text.format.foo', { input: 'Hi', text: { format: { type: 'text', foo: 1 } } }],
    ['/v1/responses', 'tool_choice.bar', { input: 'Hi', tools: [{ type: 'function', name: 'f' }], tool_choice: { type: 'function', name: 'f', bar: 1 } }],
    [
      '/v1/messages',
      'messages.content.source.foo',
      { max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'text', data: 'Hi', foo: 1 } }] }] },
    ],
    [
      '/v1beta/models/openai/gpt-5:generateContent',
      'contents.parts.inlineData.foo',
      { contents: [{ parts: [{ inlineData: { mimeType: 'text/plain', data: 'SGk=', foo: 1 } }] }] },
    ],
  ])('is found however deep it is: %s %s', async (path, name, body) => {
    const ask = (strict: boolean) => {
      const { app, engine } = testApp({ strict })
      engine.list = [{ ...model('openai/gpt-5'), wire: 'unknown' }]
      return app.request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    }
    const told = await ask(false)
    expect([told.status, told.headers.get('x-bridge-ignored')]).toEqual([200, name])
    expect((await ask(true)).status).toBe(400)
  })

  it('is no schema of the answer, whichever way it comes', async () => {
    const { chat, engine } = appOf('chat', { strict: true })
    const schema = { type: 'object' }
    const response = await chat({ ...hello, response_format: { type: 'json_object', schema } })
    expect([response.status, response.headers.get('x-bridge-ignored')]).toEqual([200, null])
    expect(engine.prompts[0]!.output).toMatchObject({ type: 'json-schema', schema })
  })

  it('is of Google’s only told where it marks bills', async () => {
    const ask = (fields: object) =>
      testApp({ strict: true }).app.request('/v1beta/models/openai/gpt-5:generateContent', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }], ...fields }),
      })
    const told = await ask({ labels: { team: 'a' } })
    expect([told.status, told.headers.get('x-bridge-ignored')]).toEqual([200, 'labels'])
    expect((await ask({ labels: { team: 'a' }, safetySettings: [{}] })).status).toBe(400)
  })

  it.each([
    [{ strict: true }, {}],
    [{ strict: true }, { 'x-bridge-strict': '0' }],
    [{}, { 'x-bridge-strict': '1' }],
    [{}, { 'x-bridge-strict': 'true' }],
  ])('is refused in strict mode: %j %j', async (config, headers) => {
    const { chat, engine } = appOf('responses', config)
    const response = await chat(request, { headers })
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'seed', type: 'invalid_request_error' })
    expect(error.message).toContain('seed, logit_bias, top_k')
    expect(engine.prompts).toEqual([])
    expect((await chat({ ...hello, seed: null, logit_bias: {}, n: 1 }, { headers })).status).toBe(200)
  })
})
