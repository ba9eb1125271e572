import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { failAfter, hang, model, type Script, say } from './fake-engine.ts'
import { errorOf, framesOf, hello, type TestApp, testApp } from './test-app.ts'
import { until } from '../support/until.ts'

const COPILOT = 'github-copilot/gpt-5-mini'
const OPENAI = 'openai/gpt-5'
const LLAMA = 'openrouter/meta/llama-3'

const rateLimit = () => new BridgeError('Slow down.', { code: 'rate_limit_exceeded', status: 429, retryAfter: 7000 })
const down = () => new BridgeError('Down.', { code: 'upstream_error', status: 503 })

/** An app whose alias `best` is all three models, each of which fails as told or says its own id. */
function appOf(errors: Record<string, () => Error>, config: Parameters<typeof testApp>[0] = {}): TestApp {
  const app = testApp({ aliases: { best: [COPILOT, OPENAI, LLAMA], 'claude-*': [OPENAI] }, ...config })
  app.engine.script = (prompt) => {
    const error = errors[prompt.model]
    return error ? failAfter(0, error()) : say(prompt.model)
  }
  return app
}

const asked = ({ engine }: TestApp): string[] => engine.prompts.map((prompt) => prompt.model)
const best = { ...hello, model: 'best' }

describe('the header x-bridge-model', () => {
  it.each([
    [hello, OPENAI],
    [best, COPILOT],
    [{ ...hello, model: 'claude-opus-5-20990101' }, OPENAI],
    [{ ...hello, model: undefined }, COPILOT],
  ])('of %j is %s, streamed or not', async (body, id) => {
    for (const stream of [false, true]) {
      expect((await appOf({}).chat({ ...body, stream })).headers.get('x-bridge-model')).toBe(id)
    }
  })

  it.each<[string, object]>([
    ['/v1/messages', { max_tokens: 10, messages: hello.messages }],
    ['/v1/messages', { max_tokens: 10, messages: hello.messages, stream: true }],
    ['/v1/responses', { input: 'Hi' }],
    ['/v1/responses', { input: 'Hi', stream: true }],
    ['/v1/completions', { prompt: 'Hi', stream: true }],
    ['/v1beta/models/best:generateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
    ['/v1beta/models/best:streamGenerateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
    ['/v1beta/models/best:streamGenerateContent?alt=sse', { contents: [{ parts: [{ text: 'Hi' }] }] }],
    ['/api/opencode', { prompt: 'Hi' }],
  ])('of %s with %j is the second model when the first is down', async (path, body) => {
    const { app } = appOf({ [COPILOT]: down })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'best', ...body }) }
    const response = await app.request(path, init)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-bridge-model')).toBe(OPENAI)
    expect(await response.text()).toContain(OPENAI)
  })

  it('is on an error too', async () => {
    const response = await appOf({ [OPENAI]: down }).chat(hello)
    expect(response.status).toBe(503)
    expect(response.headers.get('x-bridge-model')).toBe(OPENAI)
  })
})

describe('a model that gives no answer', () => {
  it.each<[string, () => Error]>([
    ['is rate-limited', rateLimit],
    ['is over quota', () => new BridgeError('Pay.', { code: 'insufficient_quota', status: 429 })],
    ['wants payment', () => new BridgeError('Pay.', { code: 'upstream_error', status: 402 })],
    ['is down', down],
    ['is not reached', () => new BridgeError('Unreachable.', { code: 'upstream_error', status: 502 })],
    ['loses its process', () => new BridgeError('It died.', { code: 'process_failed', status: 502 })],
    ['is too slow', () => new BridgeError('Slow.', { code: 'timeout', status: 504 })],
  ])('because it %s hands over to the next', async (_, error) => {
    for (const stream of [false, true]) {
      const app = appOf({ [COPILOT]: error })
      const response = await app.chat({ ...best, stream })
      expect(response.status).toBe(200)
      expect(response.headers.get('x-bridge-model')).toBe(OPENAI)
      expect(await response.text()).toContain(OPENAI)
      expect(asked(app)).toEqual([COPILOT, OPENAI])
    }
  })

  it.each<[string, number]>([
    ['invalid_value', 400],
    ['invalid_api_key', 401],
    ['model_not_found', 404],
    ['context_length_exceeded', 502],
    ['content_filter', 502],
    ['bridge_overloaded', 429],
    ['bridge_draining', 503],
  ])('because of %s does not: %i', async (code, status) => {
    const app = appOf({ [COPILOT]: () => new BridgeError('No.', { code, status }) })
    const response = await app.chat(best)
    expect(response.status).toBe(status)
    expect(response.headers.get('x-bridge-model')).toBe(COPILOT)
    expect(asked(app)).toEqual([COPILOT])
  })

  it('does not because of a defect of the bridge', async () => {
    const app = appOf({ [COPILOT]: () => new TypeError('oops') })
    expect((await app.chat(best)).status).toBe(500)
    expect(asked(app)).toEqual([COPILOT])
  })

  it('is told by a comment and in the log', async () => {
    const app = appOf({ [COPILOT]: rateLimit, [OPENAI]: down })
    const response = await app.chat({ ...best, stream: true })
    expect(response.headers.get('x-bridge-model')).toBe(LLAMA)
    const frames = await framesOf(response)
    expect(frames.slice(0, 2)).toEqual([`: fallback from ${COPILOT} to ${OPENAI}: 429 Slow down.`, `: fallback from ${OPENAI} to ${LLAMA}: 503 Down.`])
    expect(frames.at(-1)).toBe('data: [DONE]')
    await until(() => app.records.length === 1)
    expect(app.records[0]).toMatchObject({
      outcome: { type: 'finished' },
      model: LLAMA,
      attempts: [
        { model: COPILOT, error: { code: 'rate_limit_exceeded', status: 429 } },
        { model: OPENAI, error: { code: 'upstream_error', status: 503 } },
        { model: LLAMA },
      ],
    })
    expect(app.records[0]!.attempts[2]).not.toHaveProperty('error')
  })

  it('leaves the error of the last to the client', async () => {
    for (const stream of [false, true]) {
      const app = appOf({ [COPILOT]: down, [OPENAI]: down, [LLAMA]: rateLimit })
      const response = await app.chat({ ...best, stream })
      expect(response.status).toBe(429)
      expect(response.headers.get('retry-after')).toBe('7')
      expect(response.headers.get('x-bridge-model')).toBe(LLAMA)
      expect((await errorOf(response)).code).toBe('rate_limit_exceeded')
      expect(asked(app)).toHaveLength(3)
    }
  })

  it('after its first token ends the answer', async () => {
    const app = appOf({})
    app.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw down()
    }
    const response = await app.chat({ ...best, stream: true })
    expect(response.headers.get('x-bridge-model')).toBe(COPILOT)
    expect((await framesOf(response)).at(-1)).toContain('upstream_error')
    expect((await app.chat(best)).status).toBe(503)
    expect(asked(app)).toEqual([COPILOT, COPILOT])
  })

  it('after a retry hands over, with both told', async () => {
    const app = appOf({})
    const failing: Script = async function* () {
      yield { type: 'retry', attempt: 1, delay: 500, message: 'busy' }
      throw down()
    }
    app.engine.script = (prompt, options) => (prompt.model === COPILOT ? failing(prompt, options) : say('Hello'))
    const frames = await framesOf(await app.chat({ ...best, stream: true }))
    expect(frames.slice(0, 2)).toEqual([': retry 1 in 500 ms: busy', `: fallback from ${COPILOT} to ${OPENAI}: 503 Down.`])
  })

  it('hands over all choices', async () => {
    const app = appOf({ [COPILOT]: down })
    const response = await app.chat({ ...best, n: 2 })
    const { choices } = (await response.json()) as { choices: { message: { content: string } }[] }
    expect(choices.map(({ message }) => message.content)).toEqual([OPENAI, OPENAI])
  })

  it('does not when the client is gone', async () => {
    const app = appOf({})
    let aborted = false
    app.engine.script = hang(() => (aborted = true))
    const client = new AbortController()
    const answer = app.chat(best, { signal: client.signal })
    await until(() => app.engine.prompts.length === 1)
    client.abort()
    expect((await answer).status).toBe(499)
    expect(aborted).toBe(true)
    expect(asked(app)).toEqual([COPILOT])
  })
})

describe('the head of a stream', () => {
  it('goes with the first heartbeat, and names no model that may not be the one', async () => {
    const app = appOf({}, { heartbeatInterval: 20 })
    app.engine.script = (prompt) => {
      if (prompt.model !== LLAMA) return failAfter(60, down())
      return (async function* () {
        await new Promise((resolve) => setTimeout(resolve, 100))
        yield* say('Hello')
      })()
    }
    const response = await app.chat({ ...best, stream: true })
    expect(response.headers.get('x-bridge-model')).toBeNull()
    const frames = await framesOf(response)
    expect(frames[0]).toBe(': keep-alive')
    expect(frames).toContain(`: fallback from ${OPENAI} to ${LLAMA}: 503 Down.`)
    expect(frames.at(-1)).toBe('data: [DONE]')
  })
})

describe('what the next model cannot be given', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }

  it('passes it over when it is a file', async () => {
    const app = appOf({ [COPILOT]: down })
    app.engine.list = [model(COPILOT), { ...model(OPENAI), input: { image: false, pdf: false, audio: false } }, model(LLAMA)]
    const response = await app.chat({ ...best, messages: [{ role: 'user', content: [image] }] })
    expect(response.headers.get('x-bridge-model')).toBe(LLAMA)
    expect(asked(app)).toEqual([COPILOT, LLAMA])
  })

  it('is told for the model that answers', async () => {
    const app = appOf({ [COPILOT]: down })
    app.engine.list = [{ ...model(COPILOT), wire: 'responses' }, { ...model(OPENAI), wire: 'messages' }, model(LLAMA)]
    const request = { ...best, seed: 1, user: 'me', metadata: { a: 'b' } }
    expect((await app.chat(request)).headers.get('x-bridge-ignored')).toBe('seed, metadata')
    app.engine.list = [{ ...model(COPILOT), wire: 'responses' }, model(OPENAI)]
    expect((await app.chat({ ...best, seed: 1 })).headers.get('x-bridge-ignored')).toBeNull()
  })

  it('passes it over in strict mode', async () => {
    const app = appOf({ [COPILOT]: down }, { strict: true })
    app.engine.list = [model(COPILOT), { ...model(OPENAI), wire: 'responses' }, model(LLAMA)]
    expect((await app.chat({ ...best, seed: 1 })).headers.get('x-bridge-model')).toBe(LLAMA)
  })
})

it('a running request is listed with the model that is asked', async () => {
  const app = appOf({})
  const waiting = hang(() => {})
  app.engine.script = (prompt, options) => (prompt.model === COPILOT ? failAfter(0, down()) : waiting(prompt, options))
  const client = new AbortController()
  const answer = app.chat(best, { signal: client.signal })
  answer.catch(() => {})
  await until(() => app.engine.prompts.length === 2)
  const status = (await (await app.get('/status')).json()) as { requests: { inFlight: { model: string }[] } }
  expect(status.requests.inFlight).toMatchObject([{ model: OPENAI }])
  client.abort()
})
