import { afterEach, describe, expect, test } from 'vitest'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Bridge, startBridge, until } from '../support/bridge.ts'

let bridge: Bridge

afterEach(() => bridge?.close())

/** Where every request beyond this machine fails, as it does without a network. */
const OFFLINE = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
  npm_config_registry: 'http://127.0.0.1:9/',
}

test('the first start, on an empty home and offline, serves the demo model', async () => {
  const start = performance.now()
  bridge = await startBridge({ env: { OPENCODE_CONFIG_CONTENT: undefined, ...OFFLINE }, warm: 0 })
  // One that waited for the network would take more than 70 s.
  await until(async () => (await fetch(`${bridge.url}/ready`)).status === 200, 60_000)
  console.log(`the first start was ready after ${((performance.now() - start) / 1000).toFixed(1)} s`)
  expect(bridge.daemon.demo).toBe(true)
  const response = await bridge.chat({ model: undefined, messages: [{ role: 'user', content: 'hello there' }] })
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: expect.stringContaining('hello there') }, finish_reason: 'stop' }] })
})

describe('a port that is taken', () => {
  test('by another program is an error that names its pid', async () => {
    const stranger = createServer((_request, response) => void response.end('not a bridge'))
    await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as AddressInfo
    try {
      await expect(startBridge({ config: { port, minIdle: 0 } })).rejects.toMatchObject({
        name: 'BridgeError',
        code: 'port_in_use',
        message: expect.stringMatching(new RegExp(`port ${port}: it is in use by the process with pid ${process.pid}\\b`)),
      })
    } finally {
      stranger.close()
    }
  })

  test('by another bridge is an error that says so', async () => {
    bridge = await startBridge({ config: { minIdle: 0 } })
    const port = Number(new URL(bridge.url).port)
    await expect(startBridge({ config: { port, minIdle: 0 } })).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(`another opencode-bridge (pid ${process.pid})`),
    })
  })
})
