import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { testApp } from './test-app.ts'

describe('what opencode cannot do', () => {
  it.each([
    ['POST', '/v1/embeddings'],
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
