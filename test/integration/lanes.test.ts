import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { fail, inTurn, say, stall } from '../support/upstream.ts'

/** Which way requests take, and what becomes of those that cannot take the shorter ones. */

const messages = [{ role: 'user', content: 'Hi' }]
const laneOf = (response: Response) => response.headers.get('x-bridge-lane')
const wanting = (lane: string) => ({ headers: { 'content-type': 'application/json', 'x-bridge-lane': lane } })

describe('with a provider whose calls are known', () => {
  let bridge: Bridge
  beforeAll(async () => {
    bridge = await startBridge({
      config: { engine: 'serve', maxRetries: 2, retryDelay: 20 },
      models: { model: {}, configured: { options: { reasoningEffort: 'high', top_p: 0.5 } }, foreign: { provider: { npm: 'venice-ai-sdk-provider' } } },
    })
  })
  afterAll(() => bridge.close())
  beforeEach(() => {
    bridge.upstream.calls.length = 0
    bridge.upstream.answer(say('Hello.'))
  })

  test.each(['verbatim', 'translated', 'session'])('a request may want the lane %s', async (lane) => {
    const response = await bridge.chat({ messages }, { body: JSON.stringify({ model: 'test/model', messages }), ...wanting(lane) })
    expect(response.status, await response.clone().text()).toBe(200)
    expect(laneOf(response)).toBe(lane)
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello.' } }] })
    expect(bridge.upstream.calls).toHaveLength(1)
  })

  test('a provider of an unknown package goes the session way, and that is said once', async () => {
    for (let round = 0; round < 2; round++) {
      const response = await bridge.chat({ model: 'test/foreign', messages })
      expect(response.status, await response.clone().text()).toBe(200)
      expect(laneOf(response)).toBe('session')
    }
    expect(bridge.logged.filter((line) => line.includes('go through sessions'))).toEqual([expect.stringContaining('venice-ai-sdk-provider')])
  })

  test('what the user configured holds for what the client leaves out, and no further', async () => {
    await (await bridge.chat({ model: 'test/configured', messages, top_p: 1 })).json()
    expect(bridge.upstream.calls[0]!.body).toMatchObject({ reasoning_effort: 'high', top_p: 1 })
    expect(bridge.upstream.calls[0]!.body).not.toHaveProperty('max_tokens')
  })

  test('a failure is repeated before the first token, and told in the provider’s words after', async () => {
    bridge.upstream.answer(inTurn(fail(503), fail(429, { message: 'Slow down.', type: 'rate' }, { 'retry-after': '0' }), say('At last.')))
    expect(await (await bridge.chat({ messages })).json()).toMatchObject({ choices: [{ message: { content: 'At last.' } }] })
    bridge.upstream.answer(fail(422, { message: 'No.', odd: { field: 1 } }, { 'x-ratelimit-remaining-requests': '7', 'x-request-id': 'theirs' }))
    const refused = await bridge.chat({ messages })
    expect(refused.status).toBe(422)
    expect(await refused.json()).toEqual({ error: { message: 'No.', odd: { field: 1 } } })
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('7')
    expect(refused.headers.get('x-upstream-request-id')).toBe('theirs')
    expect(refused.headers.get('x-request-id')).toMatch(/^req_/)
  })

  test('a client that leaves ends the call to the provider', async () => {
    bridge.upstream.answer(stall(['one ']))
    const leaving = new AbortController()
    const response = await bridge.chat({}, { body: JSON.stringify({ model: 'test/model', messages, stream: true }), signal: leaving.signal })
    await response.body!.getReader().read()
    leaving.abort()
    await until(() => bridge.upstream.calls[0]?.hungUpAt !== undefined)
  })

  test('the status counts the lanes', async () => {
    const before = (await bridge.status()).requests.lanes.verbatim
    await (await bridge.chat({ messages })).json()
    expect((await bridge.status()).requests.lanes.verbatim).toBe(before + 1)
  })
})

describe('with an opencode whose hook shows no options', () => {
  let bridge: Bridge
  beforeAll(async () => {
    bridge = await startBridge({
      config: { engine: 'serve' },
      // A plugin of the user's, which runs before ours, stands for an older opencode.
      prepare: (home) =>
        writeFileSync(join(home, 'older.mjs'), 'export default async () => ({ "chat.params": async (input) => { input.provider = undefined } })'),
      providers: (url) => ({ test: { npm: '@ai-sdk/openai-compatible', options: { baseURL: url, apiKey: 'k' }, models: { model: {} } } }),
      plugin: (home) => `file://${join(home, 'older.mjs')}`,
    })
  })
  afterAll(() => bridge.close())

  test('requests go the session way, and that is said once', async () => {
    bridge.upstream.answer(say('Hello.'))
    for (let round = 0; round < 2; round++) {
      const response = await bridge.chat({ messages })
      expect(response.status, await response.clone().text()).toBe(200)
      expect(laneOf(response)).toBe('session')
    }
    expect(bridge.logged.filter((line) => line.includes('go through sessions'))).toHaveLength(1)
  })
})
