import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames } from '../support/bridge.ts'
import { startClientBridge } from '../support/converse.ts'
import { breakOff, drop, fail, say, type Script } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startClientBridge({
    config: { maxRetryAfter: 1000, aliases: { 'claude-*': ['test/first', 'test/second'] } },
    models: { first: {}, second: {} },
  })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answerFor('second', say('from the second'))
})

const request = { model: 'claude-opus-5', messages: [{ role: 'user', content: 'hi' }] }
const asked = (): string[] => bridge.upstream.calls.map(({ body }) => body.model)
const rateLimit = fail(429, { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' }, { 'retry-after': '7200' })

test.each<[string, Script]>([
  ['is rate-limited', rateLimit],
  ['is down', fail(503, { message: 'overloaded' })],
  ['is over quota', fail(429, { message: 'pay', type: 'insufficient_quota', code: 'insufficient_quota' })],
  ['hangs up', drop],
])('a model that %s hands over to the next', async (_, script) => {
  bridge.upstream.answerFor('first', script)
  const start = performance.now()
  const response = await bridge.chat(request)
  console.log(`the second model's answer came after ${(performance.now() - start).toFixed(0)} ms`)
  expect(response.headers.get('x-bridge-model')).toBe('test/second')
  expect(await response.json()).toMatchObject({ model: 'claude-opus-5', choices: [{ message: { content: 'from the second' } }] })
  expect(asked()).toEqual(['first', 'second'])
})

test('streamed, a comment and the log tell of it', async () => {
  bridge.upstream.answerFor('first', rateLimit)
  const response = await bridge.chat({ ...request, stream: true })
  expect(response.headers.get('x-bridge-model')).toBe('test/second')
  const text = await response.text()
  expect(text).toMatch(/^: fallback from test\/first to test\/second: 429 slow down$/m)
  expect(contentOf(parseFrames(text))).toBe('from the second')
  expect(bridge.logged.join('\n')).toContain('test/second  after test/first (429 rate_limit_exceeded)')
})

test('a rejected request is not tried elsewhere', async () => {
  bridge.upstream.answerFor('first', fail(400, { message: 'bad', type: 'invalid_request_error', code: 'invalid_value' }))
  const response = await bridge.chat(request)
  expect(response.status).toBe(400)
  expect(response.headers.get('x-bridge-model')).toBe('test/first')
  expect(asked()).toEqual(['first'])
})

test('an answer that breaks off is not begun again', async () => {
  bridge.upstream.answerFor('first', breakOff(['half of ']))
  const response = await bridge.chat({ ...request, stream: true })
  expect(response.headers.get('x-bridge-model')).toBe('test/first')
  expect(contentOf(parseFrames(await response.text()))).toBe('half of ')
  expect(asked()).toEqual(['first'])
})
