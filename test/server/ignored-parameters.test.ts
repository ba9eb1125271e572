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
