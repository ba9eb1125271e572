import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bridge, contentOf, parseFrames, startBridge, waitForIdle } from '../support/bridge.ts'
import { expectBrokenStream } from '../support/broken-stream.ts'
import { breakOff, drop, fail, inTurn, say } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 2, maxRetries: 2, retryDelay: 50, maxRetryAfter: 1000 } })
})
afterAll(() => bridge.close())
beforeEach(async () => {
  await waitForIdle(bridge, 1)
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user', content: 'hi' }]
const rateLimit = { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' }
const overloaded = fail(503, { message: 'overloaded' })

describe('a rate limit', () => {
  test('with a pause beyond the limit reaches the client at once, as the provider sent it', async () => {
    bridge.upstream.answer(fail(429, rateLimit, { 'retry-after': '7200' }))
    const start = performance.now()
    const response = await bridge.chat({ messages })
    const elapsed = performance.now() - start
    console.log(`429 with Retry-After: 7200 reached the client after ${elapsed.toFixed(0)} ms`)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('7200')
    expect(await response.json()).toMatchObject({ error: rateLimit })
    expect(bridge.upstream.calls).toHaveLength(1)
  })

  test('with a pause beyond the limit, streamed: the same', async () => {
    bridge.upstream.answer(fail(429, rateLimit, { 'retry-after': '7200' }))
    const response = await bridge.chat({ messages, stream: true })
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('7200')
    expect(bridge.upstream.calls).toHaveLength(1)
  })

  test('with a short pause is waited for', async () => {
    bridge.upstream.answer(inTurn(fail(429, rateLimit, { 'retry-after': '1' }), say('in the end')))
    const response = await bridge.chat({ messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'in the end' }, finish_reason: 'stop' }] })
    expect(bridge.upstream.calls).toHaveLength(2)
    expect(bridge.upstream.calls[1]!.at - bridge.upstream.calls[0]!.at).toBeGreaterThanOrEqual(990)
  })

  test('with a short pause, streamed: a comment tells of the retry', async () => {
    bridge.upstream.answer(inTurn(fail(429, rateLimit, { 'retry-after': '1' }), say('in the end')))
    const response = await bridge.chat({ messages, stream: true })
    const text = await response.text()
    expect(text.split('\n')).toContainEqual(expect.stringMatching(/^: retry 1 in 1000 ms/))
    expect(contentOf(parseFrames(text))).toBe('in the end')
    expect(parseFrames(text).at(-1)).toBe('[DONE]')
    expect(bridge.upstream.calls).toHaveLength(2)
  })
})

test('a provider that stays down is called maxRetries times more, and no further', async () => {
  bridge.upstream.answer(overloaded)
  const response = await bridge.chat({ messages })
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ error: { type: 'server_error', message: 'overloaded' } })
  await sleep(500)
  expect(bridge.upstream.calls).toHaveLength(3)
})

describe.each(['verbatim', 'translated', 'session'])('in the lane %s a client that repeats failures', (lane) => {
  test.each([
    ['does not multiply the bridge’s retries', overloaded, 3],
    ['nor the one of a pause that the provider asked for', fail(429, rateLimit, { 'retry-after': '0' }), 2],
    ['nor asks again with a rejected key', fail(401), 1],
  ])('%s', async (_, script, calls) => {
    bridge.upstream.answer(script)
    const client = new OpenAI({ baseURL: `${bridge.url}/v1`, apiKey: 'any', maxRetries: 2, defaultHeaders: { 'x-bridge-lane': lane } })
    const thrown = await client.chat.completions
      .create({ model: 'test/model', messages: [{ role: 'user', content: 'hi' }] })
      .then(String, (error: unknown) => error)
    expect(thrown).toBeInstanceOf(OpenAI.APIError)
    expect(bridge.upstream.calls).toHaveLength(calls)
  })
})

test('a rejected key is not tried again', async () => {
  bridge.upstream.answer(fail(401, { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' }))
  const response = await bridge.chat({ messages })
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' } })
  expect(bridge.upstream.calls).toHaveLength(1)
})

describe('a connection that drops', () => {
  test('before the answer is made again', async () => {
    bridge.upstream.answer(inTurn(drop, say('in the end')))
    const response = await bridge.chat({ messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'in the end' } }] })
    expect(bridge.upstream.calls).toHaveLength(2)
  })

  test('before every answer ends in a 502', async () => {
    bridge.upstream.answer(drop)
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } })
    await sleep(500)
    expect(bridge.upstream.calls).toHaveLength(3)
  })

  test('in the middle of an answer is not made again: an error event', async () => {
    bridge.upstream.answer(inTurn(breakOff(['half of ']), say('again')))
    const frames = parseFrames(await (await bridge.chat({ messages, stream: true })).text())
    expect(contentOf(frames)).toBe('half of ')
    expectBrokenStream(frames, 'upstream_error')
    await sleep(500)
    expect(bridge.upstream.calls).toHaveLength(1)
  })
})

describe('an answer without a finish reason', () => {
  test('is an error, after one call and no more', async () => {
    bridge.upstream.answer(say('and so', { finish: false }))
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { type: 'server_error', code: 'upstream_incomplete' } })
    await sleep(2000)
    expect(bridge.upstream.calls).toHaveLength(1)
  })

  test('streamed: what came of it, and an error event', async () => {
    bridge.upstream.answer(say('and so', { finish: false }))
    const frames = parseFrames(await (await bridge.chat({ messages, stream: true })).text())
    expect(contentOf(frames)).toBe('and so')
    expectBrokenStream(frames, 'upstream_incomplete')
    await sleep(2000)
    expect(bridge.upstream.calls).toHaveLength(1)
  })
})
