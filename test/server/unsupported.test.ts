import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { testApp } from './test-app.ts'

describe('what opencode cannot do', () => {
  it.each([
    ['POST', '/v1/images/generations'],
    ['POST', '/v1/images/edits'],
    ['POST', '/v1/images/variations'],
    ['POST', '/v1/audio/speech'],
    ['POST', '/v1/audio/transcriptions'],
    ['POST', '/v1/audio/translations'],
    ['GET', '/v1/files'],
    ['DELETE', '/v1/files/file-1'],
    ['GET', '/v1/files/file-1/content'],
    ['POST', '/v1/uploads'],
    ['GET', '/v1/batches'],
    ['POST', '/v1/fine_tuning/jobs'],
    ['POST', '/v1/moderations'],
    ['POST', '/v1/assistants'],
    ['POST', '/v1/threads/t/runs'],
    ['PUT', '/v1/vector_stores/v'],
    ['GET', '/v1/realtime'],
    ['POST', '/v1/realtime/sessions'],
    ['POST', '/v1/responses/compact'],
    ['GET', '/v1/chat/completions/chatcmpl-1'],
    ['GET', '/v1/chat/completions/chatcmpl-1/messages'],
    ['POST', '/v1/conversations/conv_1/items'],
    ['GET', '/v1/organization/usage/completions'],
    ['POST', '/v1/chatkit/sessions'],
  ])('%s %s says so, without a key', async (method, path) => {
    const { app } = testApp({ apiKeys: ['a-long-key'] })
    const response = await app.request(path, { method })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringContaining('Supported are POST /v1/chat/completions'),
        type: 'invalid_request_error',
        param: null,
        code: 'unsupported_operation',
      },
    })
  })

  it.each([
    ['POST', '/v1/messages/batches'],
    ['GET', '/v1/messages/batches/msgbatch_1/results'],
    ['POST', '/v1/complete'],
    ['GET', '/v1/organizations/me'],
    ['POST', '/v1/agents'],
    ['GET', '/v1/sessions/s/events'],
  ])('%s %s says so in the envelope of Anthropic', async (method, path) => {
    const response = await testApp({ apiKeys: ['a-long-key'] }).app.request(path, { method })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', details: { error_code: 'unsupported_operation' } } })
    expect(response.headers.get('request-id')).toBe(response.headers.get('x-request-id'))
  })

  it.each([
    '/v1beta/cachedContents',
    '/v1beta/interactions',
    '/v1beta/agents/a',
    '/v1alpha/auth_tokens',
    '/upload/v1beta/fileSearchStores/s:uploadToFileSearchStore',
  ])('POST %s says so in the envelope of Google', async (path) => {
    const response = await testApp().app.request(path, { method: 'POST' })
    expect(await response.json()).toMatchObject({ error: { code: 400, details: [{ reason: 'UNSUPPORTED_OPERATION' }] } })
  })

  it.each([
    ['/v1/files', 400, 'unsupported_operation'],
    ['/v1/skills', 400, 'unsupported_operation'],
    ['/v1/nothing', 404, 'unknown_url'],
  ])('%s, which belongs to no vendor alone, is refused in the envelope of who asks', async (path, status, code) => {
    const { get } = testApp()
    const [openai, anthropic, google] = await Promise.all([
      get(path),
      get(path, { 'anthropic-version': '2023-06-01' }),
      get(path, { 'x-goog-api-client': 'genai' }),
    ])
    for (const response of [openai, anthropic, google]) expect(response.status).toBe(status)
    expect(await openai.json()).toMatchObject({ error: { code, param: null } })
    expect(await anthropic.json()).toMatchObject({ type: 'error', error: { details: { error_code: code } } })
    expect(await google.json()).toMatchObject({ error: { code: status, details: [{ reason: code.toUpperCase() }] } })
  })

  it('is asked for once by the openai package', async () => {
    const { app } = testApp()
    let calls = 0
    const client = new OpenAI({
      apiKey: 'any',
      baseURL: 'http://127.0.0.1:4141/v1',
      fetch: async (url, init) => {
        calls++
        return app.request(url as string, init)
      },
    })
    const failure = await client.embeddings.create({ model: 'x', input: 'Hi' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError)
    expect(failure).toMatchObject({ code: 'unsupported_operation' })
    expect(calls).toBe(1)
  })
})
