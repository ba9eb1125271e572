import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfigInput } from '../../src/config/schema.ts'
import { locateOpencode } from '../../src/opencode/binary.ts'
import { type Bridge, contentOf, parseFrames, providerConfig, startBridge, until } from '../support/bridge.ts'
import { fakeOpencode } from '../support/fake-opencode.ts'
import { processesOf, timeUntilNoneOf } from '../support/processes.ts'
import { drop, echo, fail, say } from '../support/upstream.ts'

let bridge: Bridge | undefined
let realOpencode: string

beforeAll(async () => {
  realOpencode = (await locateOpencode({ env: {} })).path
})
afterEach(async () => {
  await bridge?.close()
  bridge = undefined
})

const messages = [{ role: 'user', content: 'Say something.' }]
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }]

describe('the real opencode, where the plugin does not load', () => {
  test('answers flattened prompts, and says loudly that it is plain mode', async () => {
    bridge = await startIn('without-plugins', { startTimeout: 25_000 }, { REAL_OPENCODE: realOpencode })
    await expectPlainMode(bridge, 'did not report within 25 s')
    const { upstream } = bridge

    upstream.answer(echo)
    const conversation = [
      { role: 'system', content: 'Be terse.' },
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: '1' },
      { role: 'user', content: 'Two?' },
    ]
    const response = await bridge.chat({ messages: conversation })
    const flattened = 'System:\nBe terse.\n\nUser:\nOne?\n\nAssistant:\n1\n\nUser:\nTwo?'
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: flattened }, finish_reason: 'stop' }], usage: { prompt_tokens: 11 } })
    expect(upstream.calls).toHaveLength(1)

    upstream.answer(say(['streamed ', 'text']))
    const frames = parseFrames(await (await bridge.chat({ messages, stream: true })).text())
    expect(contentOf(frames)).toBe('streamed text')
    expect(frames.at(-1)).toBe('[DONE]')

    upstream.answer(fail(401, { message: 'Incorrect API key provided' }))
    const refused = await bridge.chat({ messages })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ error: { message: 'Incorrect API key provided' } })

    for (const call of upstream.calls) expect(call.text).not.toMatch(/\{\\*"ocb\\*":/)
  })

  test('stops opencode’s endless steps when an answer has no finish reason', { tags: 'long' }, async () => {
    bridge = await startBridge({ config: { mode: 'plain' }, warm: 0 })
    bridge.upstream.answer(say('and so', { finish: false }))
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_incomplete' } })
    await sleep(1000)
    // opencode begins its next step at once; killing it takes a moment, on a busy machine a longer one. Without the
    // guard there would be hundreds.
    const calls = bridge.upstream.calls.length
    expect(calls).toBeLessThanOrEqual(10)
    await sleep(1000)
    expect(bridge.upstream.calls.length).toBe(calls)
  })
})

describe('plain mode, where the provider gives no answer', () => {
  const retries = () => bridge!.logged.flatMap((line) => /retry (\d) in (\d+) ms: Cannot connect to API/.exec(line)?.slice(1).join(': ') ?? [])

  test('says so after two more attempts, not after opencode’s five', { tags: 'long' }, async () => {
    // Nobody listens on the port for discarded data.
    bridge = await startBridge({
      config: { mode: 'plain' },
      catalogue: 'none',
      warm: 0,
      env: { OPENCODE_CONFIG_CONTENT: providerConfig('http://127.0.0.1:9/v1', { model: {} }) },
    })
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error', message: expect.stringContaining('Cannot connect to API: ') } })
    expect(retries()).toEqual(['1: 2000', '2: 4000'])
    await timeUntilNoneOf(bridge.home)
  })

  test.each([0, 1])('makes no more attempts than it may (maxRetries: %i)', { tags: 'long' }, async (maxRetries) => {
    bridge = await startBridge({ config: { mode: 'plain', maxRetries }, warm: 0 })
    bridge.upstream.answer(drop)
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(502)
    expect(retries()).toHaveLength(maxRetries)
    expect(bridge.upstream.calls).toHaveLength(maxRetries + 1)
  })

  test('an answer with an error is left to opencode', { tags: 'long' }, async () => {
    bridge = await startBridge({ config: { mode: 'plain', maxRetries: 0 }, warm: 0 })
    bridge.upstream.answer((call, number) => (number === 1 ? fail(503, { message: 'Overloaded' }) : say('at last'))(call, number))
    const response = await bridge.chat({ messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'at last' } }] })
  })
})

describe('an opencode from before plugins', () => {
  test('works in plain mode', async () => {
    // Its version tells, so that nothing is waited for.
    bridge = await startIn('old-version', { startTimeout: 2 ** 31 - 1 })
    await expectPlainMode(bridge, 'opencode 0.1.0 is too old for the bridge, which needs 1.14.34 or later')
    expect((await bridge.status()).engine.opencode).toMatchObject({ version: '0.1.0', misfit: expect.stringContaining('too old') })
    const response = await bridge.chat({ messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'heard: Say something.' }, finish_reason: 'stop' }] })
  })

  test('is refused in native mode', async () => {
    await expect(startIn('old-version', { mode: 'native' })).rejects.toMatchObject({ name: 'BridgeError', code: 'plugin_failed' })
  })

  test('takes tools as text, for nothing is known of its models', async () => {
    bridge = await startIn('old-version')
    const response = await bridge.chat({ messages, tools })
    expect(response.status).toBe(200)
    const body = (await response.json()) as any
    expect(body.choices[0].message.content).toContain('You can call tools')
  })

  test('cannot take files: 400', async () => {
    bridge = await startIn('old-version')
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
    const response = await bridge.chat({ messages: [{ role: 'user', content: [image] }] })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param: 'messages[0].content[0]' } })
  })
})

describe('engine serve', () => {
  test('has as many processes in plain mode as engine run, not as many as its workers have places', async () => {
    bridge = await startIn('changed-hooks', { engine: 'serve' })
    const response = await bridge.chat({ messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'heard: Say something.' } }] })
    await expectPlainMode(bridge, 'did not call the hooks chat.message')
    expect((await bridge.status()).engine.pool).toMatchObject({ maxSize: 2, capacity: 1 })
    // Nor are workers started again and again that nobody will use.
    await timeUntilNoneOf(bridge.home)
    await sleep(1000)
    expect(processesOf(bridge.home)).toEqual([])
  })
})

describe('an opencode that changed its hooks', () => {
  test('is noticed by the first processes, and works in plain mode from then on', async () => {
    bridge = await startIn('changed-hooks')
    await until(async () => (await bridge!.status()).engine.mode === 'plain')
    await expectPlainMode(bridge, 'did not call the hooks chat.message')
    const response = await bridge.chat({ messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'heard: Say something.' } }] })
  })

  test('serves no request in native mode', async () => {
    bridge = await startIn('changed-hooks', { mode: 'native' })
    const response = await bridge.chat({ messages })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'plugin_failed' } })
    expect((await bridge.status()).engine.mode).toBe('native')
  })
})

async function expectPlainMode(bridge: Bridge, why: string): Promise<void> {
  expect((await bridge.status()).engine).toMatchObject({ mode: 'plain', degraded: expect.stringContaining(why) })
  expect(bridge.logged.filter((line) => line.startsWith('PLAIN MODE'))).toEqual([expect.stringContaining(why)])
}

function startIn(fake: string, config: ConfigInput = {}, env: NodeJS.ProcessEnv = {}): Promise<Bridge> {
  return startBridge({ config: { binary: fakeOpencode(fake), startTimeout: 3000, minIdle: 1, maxSize: 2, ...config }, env, warm: 0 })
}
