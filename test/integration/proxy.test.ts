import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeEachEngine } from '../support/each-engine.ts'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts'

let bridge: Bridge | undefined
let proxy: CountingProxy

beforeEach(async () => {
  proxy = await startCountingProxy()
})
afterEach(async () => {
  await bridge?.close()
  bridge = undefined
  await proxy.close()
})

const messages = [{ role: 'user', content: 'hello there' }]

/** opencode's configuration for a provider that only the proxy reaches. */
const outside = JSON.stringify({
  provider: { outside: { npm: '@ai-sdk/openai-compatible', options: { baseURL: 'http://models.example/v1', apiKey: 'key' }, models: { model: {} } } },
})

describeEachEngine('a proxy in the environment, on engine', (engine) => {
  const config = { engine, minIdle: engine === 'run' ? 1 : 0, maxSize: 1, maxRetries: 0 }

  // A port that nobody listens on is the same to a program of this machine: what must not be asked, fails.
  test('without NO_PROXY does not come between the bridge and its own processes', () => expectDirect((url) => ({ HTTP_PROXY: url, HTTPS_PROXY: url })))
  test.each<[string, (url: string) => NodeJS.ProcessEnv]>([
    ['in lower case, with a NO_PROXY of the user’s own', (url) => ({ http_proxy: url, https_proxy: url, NO_PROXY: 'intranet.example' })],
    ['with two lists of the user’s', (url) => ({ HTTP_PROXY: url, NO_PROXY: '127.0.0.1,localhost', no_proxy: 'intranet.example' })],
  ])('nor does one %s', { tags: 'long' }, (_, env) => expectDirect(env))

  async function expectDirect(env: (url: string) => NodeJS.ProcessEnv): Promise<void> {
    bridge = await startBridge({ config, catalogue: 'none', env: { OPENCODE_CONFIG_CONTENT: undefined, ...env(proxy.url) }, warm: 0 })
    const response = await bridge.chat({ model: 'demo/echo', messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: expect.stringContaining('hello there') }, finish_reason: 'stop' }] })
    expect(await bridge.status()).toMatchObject({ engine: { mode: 'native' } })
    expect(proxy.loopback()).toEqual([])
  }

  test('still carries calls to providers', async () => {
    bridge = await startBridge({ config, catalogue: 'none', env: { OPENCODE_CONFIG_CONTENT: outside, HTTP_PROXY: proxy.url }, warm: 0 })
    const response = await bridge.chat({ model: 'outside/model', messages })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'from outside' } }] })
    expect(proxy.asked).toEqual(['http://models.example/v1/chat/completions'])
  })
})

test('a proxy in the environment sees nothing of sessions', async () => {
  bridge = await startBridge({ config: { minIdle: 0, engine: 'serve', apiKeys: ['key-of-the-bridge'] }, env: { HTTP_PROXY: proxy.url }, warm: 0 })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer key-of-the-bridge' }
  const post = (path: string, body: unknown) => fetch(bridge!.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const session = (await (await post('/session', { title: 'a test' })).json()) as { id: string }
  const answer = (await (await post(`/session/${session.id}/message`, { parts: [{ type: 'text', text: 'hi' }] })).json()) as {
    parts: { type: string; text?: string }[]
  }
  expect(answer.parts.find(({ type }) => type === 'text')?.text).toBe('ok')
  expect(proxy.loopback()).toEqual([])
})
