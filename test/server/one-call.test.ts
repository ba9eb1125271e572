import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { failAfter, say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

async function call({ app }: TestApp, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return app.request('/api/opencode', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
}

describe('POST /api/opencode', () => {
  it('answers a prompt by one text', async () => {
    const app = testApp()
    app.engine.script = () => say('Hel', 'lo')
    const response = await call(app, { prompt: 'Explain closures in Go', model: 'openai/gpt-5' })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-bridge-model')).toBe('openai/gpt-5')
    expect(await response.json()).toEqual({ success: true, data: { response: 'Hello' } })
    expect(app.engine.prompts[0]).toMatchObject({
      model: 'openai/gpt-5',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Explain closures in Go' }] }],
    })
  })

  it.each([{}, { model: null, agent: null }, { model: '' }])('asks the default model with %j', async (rest) => {
    const app = testApp()
    expect((await call(app, { prompt: 'Hi', ...rest })).status).toBe(200)
    expect(app.engine.prompts[0]!.model).toBe('github-copilot/gpt-5-mini')
  })

  it.each<[unknown, number, object]>([
    [{}, 400, { code: 'missing_required_parameter', param: 'prompt' }],
    [{ prompt: '' }, 400, { code: 'invalid_value', param: 'prompt' }],
    [{ prompt: ['Hi'] }, 400, { code: 'invalid_type', param: 'prompt' }],
    [{ prompt: 'Hi', model: 5 }, 400, { code: 'invalid_type', param: 'model' }],
    [{ prompt: 'Hi', agent: '' }, 400, { code: 'invalid_value', param: 'agent' }],
    [{ prompt: 'Hi', model: 'nobody/has-it' }, 404, { code: 'model_not_found', param: 'model' }],
    [{ prompt: 'x'.repeat(1001) }, 413, { code: 'prompt_too_long', param: 'prompt' }],
    [{ prompt: 'x'.repeat(1001), agent: 'build' }, 413, { code: 'prompt_too_long', param: 'prompt' }],
    [{ prompt: 'x'.repeat(200_000) }, 413, { code: 'request_too_large' }],
    [[], 400, { code: 'invalid_type' }],
  ])('refuses a wrong request', async (body, status, error) => {
    const app = testApp()
    const response = await call(app, body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ success: false, error: { message: expect.any(String), ...error } })
    expect(app.engine.prompts).toEqual([])
  })

  it('takes a prompt as long as the limit', async () => {
    expect((await call(testApp(), { prompt: 'x'.repeat(1000) })).status).toBe(200)
  })

  it('tells the error of the model, with the time after which to try again', async () => {
    const app = testApp()
    app.engine.script = () => failAfter(0, new BridgeError('Slow down.', { code: 'rate_limit_exceeded', status: 429, retryAfter: 3000 }))
    const response = await call(app, { prompt: 'Hi' })
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await response.json()).toEqual({ success: false, error: { code: 'rate_limit_exceeded', message: 'Slow down.' } })
  })

  it('has errors of access and method in its own form', async () => {
    const app = testApp({ apiKeys: ['a-long-key'] })
    expect(await (await call(app, { prompt: 'Hi' })).json()).toMatchObject({ success: false, error: { code: 'invalid_api_key' } })
    expect((await call(app, { prompt: 'Hi' }, { authorization: 'Bearer a-long-key' })).status).toBe(200)
    expect(await (await app.get('/api/opencode')).json()).toMatchObject({ success: false, error: { code: 'method_not_allowed' } })
  })
})

describe('with an agent', () => {
  /** opencode's session API, as far as the endpoint needs it. */
  function agentApp(answer: object, status = 200): TestApp & { calls: [string, unknown][] } {
    const calls: [string, unknown][] = []
    const app = testApp(
      {},
      {
        fetch: async (path, init = {}) => {
          calls.push([`${init.method} ${path}`, init.body === undefined ? undefined : JSON.parse(init.body as string)])
          if (path === '/session') return Response.json({ id: 'ses_1' })
          return path.endsWith('/message') ? Response.json(answer, { status }) : Response.json(true)
        },
      },
    )
    return { ...app, calls }
  }

  it('asks it in a session of its own, which is gone afterwards', async () => {
    const app = agentApp({ info: {}, parts: [{ type: 'step-start' }, { type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }] })
    const response = await call(app, { prompt: 'Hi', agent: 'build', model: 'openai/gpt-5' })
    expect(await response.json()).toEqual({ success: true, data: { response: 'Hello' } })
    expect(app.engine.prompts).toEqual([])
    expect(app.calls[1]).toEqual([
      'POST /session/ses_1/message',
      { agent: 'build', parts: [{ type: 'text', text: 'Hi' }], model: { providerID: 'openai', modelID: 'gpt-5' } },
    ])
    expect(app.calls.at(-1)![0]).toBe('DELETE /session/ses_1')
  })

  it.each<[object, number, number, string]>([
    [{ info: { error: { name: 'APIError', data: { message: 'Slow down.', statusCode: 429 } } }, parts: [] }, 200, 429, 'Slow down.'],
    [{ info: { error: { name: 'UnknownError' } }, parts: [] }, 200, 502, 'UnknownError'],
    [{ data: { message: 'No such agent.' } }, 400, 400, 'No such agent.'],
  ])('tells its error, and deletes the session', async (answer, backendStatus, status, message) => {
    const app = agentApp(answer, backendStatus)
    const response = await call(app, { prompt: 'Hi', agent: 'build' })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ success: false, error: { code: 'upstream_error', message } })
    expect(app.calls.at(-1)![0]).toBe('DELETE /session/ses_1')
  })
})
