import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chunkFrame } from '../../src/demo/model-server.ts'
import { type Bridge, startBridge, waitForIdle } from '../support/bridge.ts'
import { breakOff, drop, fail, inTurn, say, type Script } from '../support/upstream.ts'

const MAX_RETRIES = 1

/** Of an error under a status of success: what fits its words; opencode's own way knows the words no longer. */
const STREAM_ERROR = process.env.TEST_LANE === 'session' ? 502 : 503

let bridge: Bridge
let client: OpenAI

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3, maxRetries: MAX_RETRIES, retryDelay: 20, maxRetryAfter: 2000 } })
  client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => bridge.close())
beforeEach(async () => {
  await waitForIdle(bridge, 1)
  bridge.upstream.calls.length = 0
})

const request = { model: 'test/model', messages: [{ role: 'user' as const, content: 'hi' }] }

/** Streams `words`, then an error instead of an end. */
const failInStream =
  (words: string[], error: object): Script =>
  async ({ response, body }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of words) response.write(chunkFrame(body.model, { delta: { content } }))
    await sleep(50)
    response.end(`data: ${JSON.stringify({ error })}\n\n`)
  }

/** What the SDK throws for a request, and the text that came before. */
async function failureOf(stream: boolean): Promise<{ thrown: any; text: string }> {
  let text = ''
  try {
    if (!stream) await client.chat.completions.create(request)
    else for await (const chunk of await client.chat.completions.create({ ...request, stream })) text += chunk.choices[0]?.delta.content ?? ''
  } catch (thrown) {
    return { thrown, text }
  }
  throw new Error(`no failure, but: ${text}`)
}

const { BadRequestError, AuthenticationError, PermissionDeniedError, NotFoundError, UnprocessableEntityError, RateLimitError, InternalServerError, APIError } =
  OpenAI
const invalid = { message: 'Bad temperature', type: 'invalid_request_error', code: 'invalid_value', param: 'temperature' }
const typed = (type: string, code: string) => ({ message: `It is ${code}.`, type, code })

describe.each([false, true])('a failure of the provider (stream: %j)', (stream) => {
  test.each<[string, Script, Function, object, number]>([
    ['400', fail(400, invalid), BadRequestError, { status: 400, ...invalid, message: '400 Bad temperature' }, 1],
    [
      '401',
      fail(401, typed('invalid_request_error', 'invalid_api_key')),
      AuthenticationError,
      { status: 401, ...typed('invalid_request_error', 'invalid_api_key'), message: '401 It is invalid_api_key.' },
      1,
    ],
    [
      '403',
      fail(403, typed('forbidden', 'country_not_supported')),
      PermissionDeniedError,
      { status: 403, type: 'forbidden', code: 'country_not_supported' },
      1,
    ],
    ['404', fail(404, typed('invalid_request_error', 'model_not_found')), NotFoundError, { status: 404, code: 'model_not_found' }, 1],
    ['413', fail(413, typed('invalid_request_error', 'request_too_large')), APIError, { status: 413, code: 'request_too_large' }, 1],
    ['422', fail(422, typed('invalid_request_error', 'unprocessable')), UnprocessableEntityError, { status: 422, code: 'unprocessable' }, 1],
    [
      '429, a rate limit',
      fail(429, typed('requests', 'rate_limit_exceeded')),
      RateLimitError,
      { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
      2,
    ],
    [
      '429, no quota',
      fail(429, typed('insufficient_quota', 'insufficient_quota')),
      RateLimitError,
      { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
      1,
    ],
    ['500', fail(500, { message: 'Oops' }), InternalServerError, { status: 500, type: 'server_error' }, 2],
    ['503', fail(503, typed('server_error', 'overloaded')), InternalServerError, { status: 503, code: 'overloaded' }, 2],
    [
      'a context that is too long',
      fail(400, { ...typed('invalid_request_error', 'context_length_exceeded'), param: 'messages' }),
      BadRequestError,
      { status: 400, code: 'context_length_exceeded', param: 'messages' },
      1,
    ],
    ['a content filter', fail(400, typed('invalid_request_error', 'content_filter')), BadRequestError, { status: 400, code: 'content_filter' }, 1],
    [
      'a page of a proxy',
      ({ response }) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>'),
      InternalServerError,
      { status: 502 },
      2,
    ],
    ['a dropped connection', drop, InternalServerError, { status: 502, code: 'upstream_error' }, 2],
    [
      'an error in the stream, first',
      failInStream([], typed('server_error', 'overloaded')),
      InternalServerError,
      { status: STREAM_ERROR, code: 'overloaded' },
      1,
    ],
    [
      'an error in the stream, with a status',
      failInStream([], { message: 'slow down', code: 429, type: 'rate_limit' }),
      RateLimitError,
      { status: 429, type: 'rate_limit' },
      1,
    ],
  ])('%s', async (_name, script, type, fields, calls) => {
    bridge.upstream.answer(script)
    const { thrown, text } = await failureOf(stream)
    expect(thrown).toBeInstanceOf(type)
    expect(thrown).toMatchObject(fields)
    expect(text).toBe('')
    expect(bridge.upstream.calls).toHaveLength(calls)
  })
})

describe('a failure after a token is an error of the stream, and is not tried again', () => {
  test.each<[string, Script, object]>([
    ['an error in the stream', failInStream(['half'], typed('server_error', 'overloaded')), { code: 'overloaded', type: 'server_error' }],
    ['a dropped connection', breakOff(['half']), { code: 'upstream_error' }],
    ['an end without a finish reason', say('half', { finish: false }), { code: 'upstream_incomplete' }],
  ])('%s', async (_name, script, fields) => {
    bridge.upstream.answer(script)
    const { thrown, text } = await failureOf(true)
    expect(thrown).toBeInstanceOf(APIError)
    expect(thrown).toMatchObject(fields)
    expect(text).toBe('half')
    expect(bridge.upstream.calls).toHaveLength(1)
  })
})

test('a rate limit with Retry-After: 1 is waited for', async () => {
  bridge.upstream.answer(inTurn(fail(429, typed('requests', 'rate_limit_exceeded'), { 'retry-after': '1' }), say('in the end')))
  const completion = await client.chat.completions.create(request)
  expect(completion.choices[0]!.message.content).toBe('in the end')
  expect(bridge.upstream.calls[1]!.at - bridge.upstream.calls[0]!.at).toBeGreaterThanOrEqual(990)
})

test('a rate limit tells the client when to come back', async () => {
  bridge.upstream.answer(fail(429, typed('requests', 'rate_limit_exceeded'), { 'retry-after': '30' }))
  const { thrown } = await failureOf(false)
  expect(thrown.headers.get('retry-after')).toBe('30')
})

test('a rate limit with Retry-After: 0 is repeated as often as the bridge says, and not by opencode', async () => {
  bridge.upstream.answer(fail(429, typed('requests', 'rate_limit_exceeded'), { 'retry-after': '0' }))
  // opencode would do so at once, and the busier it is the sooner.
  const requests = Array.from({ length: 6 }, () => failureOf(false))
  for (const { thrown } of await Promise.all(requests)) expect(thrown).toBeInstanceOf(RateLimitError)
  await sleep(300)
  expect(bridge.upstream.calls).toHaveLength(requests.length * (1 + MAX_RETRIES))
})

test('a rejected key is told after one call', async () => {
  bridge.upstream.answer(fail(401, typed('invalid_request_error', 'invalid_api_key')))
  const { thrown } = await failureOf(false)
  expect(thrown).toBeInstanceOf(AuthenticationError)
  await sleep(300)
  expect(bridge.upstream.calls).toHaveLength(1)
})
