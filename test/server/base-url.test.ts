import { describe, expect, it } from 'vitest'
import { createPathReader } from '../../src/server/canonical-path.ts'
import { templateOf } from '../../src/server/openapi/document.ts'
import { errorOf, hello, testApp } from './test-app.ts'

const { routes } = testApp()
const readPath = createPathReader(routes)
const read = (method: string, pathname: string, ofGoogle = false) => readPath({ method, pathname, ofGoogle })

describe('a path of the bridge’s own', () => {
  const own = routes.map(
    (route) =>
      [
        route.method === 'ANY' ? 'POST' : route.method,
        templateOf(route)
          .replace('{model}:{action}', '{model}:generateContent')
          .replaceAll(/\{\w+\}/g, 'x'),
      ] as const,
  )

  it.each(own)('stays as it is: %s %s', (method, path) => {
    expect(read(method, path)).toBe(path)
    expect(read(method, path, path.startsWith('/v1beta'))).toBe(path)
  })

  it.each(own)('may have slashes too many: %s %s', (method, path) => {
    expect(read(method, `/${path}//`)).toBe(path)
  })
})

describe('a base URL', () => {
  const endpoints = ['/chat/completions', '/completions', '/responses', '/responses/input_tokens', '/messages', '/messages/count_tokens', '/embeddings']
  // Too few, too many, Google's for OpenAI's clients, those of other vendors and gateways, and whole endpoints.
  const bases = ['', '/v1/v1', '/v1beta', '/v1beta/openai', '/v1beta/openai/v1', '/v1alpha', '/openai/v1', '/api/v1', '/anthropic/v1', '/anthropic', '/v1//']

  it.each(bases.flatMap((base) => endpoints.map((endpoint) => [base, endpoint])))('may be %j, for %s', (base, endpoint) => {
    expect(read('POST', `${base}${endpoint}`)).toBe(`/v1${endpoint}`)
  })

  it.each([
    ['POST', '/v1/chat/completions/chat/completions', '/v1/chat/completions'],
    ['POST', '/v1/chat/completions/v1/messages', '/v1/messages'],
    ['POST', '/v1/messages/v1/messages', '/v1/messages'],
    ['POST', '/v1/messages/v1/messages/count_tokens', '/v1/messages/count_tokens'],
    ['POST', '/v1/responses/responses', '/v1/responses'],
    ['GET', '/v1/chat/completions/models', '/v1/models'],
    ['HEAD', '/models', '/v1/models'],
    ['GET', '/models/openai/gpt-5', '/v1/models/openai/gpt-5'],
    ['GET', '/v1/v1/models/openai%2Fgpt-5', '/v1/models/openai%2Fgpt-5'],
    ['GET', '/v1/models/', '/v1/models'],
    ['GET', '/responses/resp_1', '/v1/responses/resp_1'],
    ['GET', '/v1/v1/responses/resp_1/input_items', '/v1/responses/resp_1/input_items'],
    ['POST', '/v1/v1/responses/resp_1/cancel', '/v1/responses/resp_1/cancel'],
    ['GET', '/v1beta/openai/models', '/v1/models'],
    ['GET', '/v1beta/openai/models/openai/gpt-5', '/v1/models/openai/gpt-5'],
    ['POST', '/api/opencode/', '/api/opencode'],
    ['GET', '//health', '/health'],
  ])('may be so: %s %s', (method, path, expected) => {
    expect(read(method, path)).toBe(expected)
  })

  it.each([
    ['POST', '/v1/models/openai/gpt-5:generateContent', '/v1beta/models/openai/gpt-5:generateContent'],
    ['POST', '/v1alpha/models/gpt-5:countTokens', '/v1beta/models/gpt-5:countTokens'],
    ['POST', '/models/openai/gpt-5:streamGenerateContent', '/v1beta/models/openai/gpt-5:streamGenerateContent'],
    ['POST', '/v1/v1beta/models/openai/gpt-5:generateContent', '/v1beta/models/openai/gpt-5:generateContent'],
    ['POST', '/v1beta/v1beta/models/gpt-5:generateContent', '/v1beta/models/gpt-5:generateContent'],
    ['POST', '/v1beta/models/v1beta/models/gpt-5:generateContent', '/v1beta/models/gpt-5:generateContent'],
    ['POST', '/v1beta/models/models/gpt-5:generateContent', '/v1beta/models/gpt-5:generateContent'],
    // Packages that take a slash for a whole resource name leave `models/` out.
    ['POST', '/v1beta/openai/gpt-5:generateContent', '/v1beta/models/openai/gpt-5:generateContent'],
    ['POST', '/v1beta/openrouter/meta/llama-3:streamGenerateContent', '/v1beta/models/openrouter/meta/llama-3:streamGenerateContent'],
    ['POST', '/v1/openai/gpt-5:countTokens', '/v1beta/models/openai/gpt-5:countTokens'],
    ['POST', '/openai/gpt-5:generateContent', '/v1beta/models/openai/gpt-5:generateContent'],
    ['POST', '/v1beta/ollama/qwen3:8b:generateContent', '/v1beta/models/ollama/qwen3:8b:generateContent'],
    ['POST', '/v1beta/openai%2Fgpt-5%3AgenerateContent', '/v1beta/models/openai%2Fgpt-5%3AgenerateContent'],
    ['POST', '/v1beta/openai/text:batchEmbedContents', '/v1beta/models/openai/text:batchEmbedContents'],
    // What is Google's and no model stays what it is.
    ['POST', '/v1beta/tunedModels/mine:generateContent', '/v1beta/tunedModels/mine:generateContent'],
    ['GET', '/v1alpha/models', '/v1beta/models'],
    ['GET', '/v1alpha/models/openai/gpt-5', '/v1beta/models/openai/gpt-5'],
    ['POST', '/v1alpha/auth_tokens', '/v1beta/auth_tokens'],
    // No action: Ollama's tags are a part of the name.
    ['GET', '/v1/models/ollama/qwen3:8b', '/v1/models/ollama/qwen3:8b'],
  ])('of Google’s may be so: %s %s', (method, path, expected) => {
    expect(read(method, path)).toBe(expected)
  })

  it('may be shared by vendors, whom headers tell apart', () => {
    expect(read('GET', '/v1/models', true)).toBe('/v1beta/models')
    expect(read('GET', '/models/openai/gpt-5', true)).toBe('/v1beta/models/openai/gpt-5')
    expect(read('GET', '/v1beta/openai/models', true)).toBe('/v1/models')
    expect(read('POST', '/v1/chat/completions', true)).toBe('/v1/chat/completions')
  })
})

describe('through the app', () => {
  const post = (app: ReturnType<typeof testApp>['app'], path: string, body: object, headers = {}) =>
    app.request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
  const contents = [{ parts: [{ text: 'Hi' }] }]

  it.each([
    ['/chat/completions', hello, 'chat.completion'],
    ['/v1/v1/chat/completions/', hello, 'chat.completion'],
    ['/v1beta/openai/chat/completions', hello, 'chat.completion'],
    ['/responses', { model: 'openai/gpt-5', input: 'Hi' }, 'response'],
    ['//v1//responses', { model: 'openai/gpt-5', input: 'Hi' }, 'response'],
    ['/completions', { model: 'openai/gpt-5', prompt: 'Hi' }, 'text_completion'],
  ])('%s is answered', async (path, body, object) => {
    const response = await post(testApp().app, path, body)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ object })
  })

  it.each(['/messages', '/v1/v1/messages', '/anthropic/v1/messages'])('%s is answered, and fails in the vendor’s envelope', async (path) => {
    const test = testApp()
    expect(await (await post(test.app, path, { ...hello, max_tokens: 9 })).json()).toMatchObject({ type: 'message' })
    const refused = await post(test.app, path, hello)
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
    expect(refused.headers.get('request-id')).toMatch(/^req_/)
  })

  it.each([
    '/v1beta/openai/gpt-5:generateContent',
    '/v1/models/openai/gpt-5:generateContent',
    '/v1beta/openai%2Fgpt-5:generateContent',
    '/models/openai/gpt-5:generateContent',
  ])('%s is answered, and fails in the vendor’s envelope', async (path) => {
    const test = testApp({ apiKeys: ['a-long-key'] })
    expect(await (await post(test.app, `${path}?key=a-long-key`, { contents })).json()).toMatchObject({ modelVersion: 'openai/gpt-5' })
    expect(test.engine.prompts[0]!.model).toBe('openai/gpt-5')
    expect(await (await post(test.app, path, { contents })).json()).toMatchObject({ error: { status: 'UNAUTHENTICATED' } })
  })

  it('the list is that of the vendor whose client asks', async () => {
    const { get } = testApp()
    expect(await (await get('/models')).json()).toMatchObject({ object: 'list' })
    expect(await (await get('/models', { 'anthropic-version': '2023-06-01' })).json()).toMatchObject({ has_more: false })
    expect(await (await get('/v1/models', { 'x-goog-api-client': 'google-genai-sdk/3.3.0' })).json()).toMatchObject({
      models: [{ name: 'models/github-copilot/gpt-5-mini' }, {}, {}],
    })
  })

  it.each([
    ['GET', '/v1'],
    ['POST', '/v1'],
    ['POST', '/v1/chat'],
    ['POST', '/proxy/v1/chat/completions'],
    ['POST', '/openai/deployments/gpt-5/chat/completions'],
  ])('%s %s is not clear, and the base URL is told', async (method, path) => {
    const response = await testApp().app.request(path, { method })
    expect(response.status).toBe(404)
    const { code, message } = await errorOf(response)
    expect(code).toBe('unknown_url')
    expect(message).toContain(`${method} ${path}. `)
    expect(message).toContain('http://localhost/v1 for')
  })

  it('a key is wanted wherever it is wanted', async () => {
    const { app } = testApp({ apiKeys: ['a-long-key'] })
    for (const path of ['/chat/completions', '/v1/v1/chat/completions', '//v1/chat/completions', '/v1beta/openai/chat/completions'])
      expect((await post(app, path, hello)).status).toBe(401)
    expect((await app.request('/models')).status).toBe(401)
    expect((await app.request('/status/')).status).toBe(401)
  })
})
