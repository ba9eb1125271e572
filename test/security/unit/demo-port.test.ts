import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { DemoModel } from '../../../src/demo/demo-model.ts'
import { type ModelServer, startModelServer } from '../../../src/demo/model-server.ts'
import { gate } from '../../support/gate.ts'

const KEY = 'the-key-of-the-server'
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function openDemo(): Promise<{ demo: DemoModel; url: string; key: string }> {
  const demo = new DemoModel()
  closers.push(() => demo.close())
  await demo.open()
  const { baseURL, apiKey } = (demo.providerConfig() as any).demo.options
  return { demo, url: baseURL, key: apiKey }
}

const call = (url: string, headers: Record<string, string>, body = '{"model":"echo","messages":[{"role":"user","content":"hi"}]}') =>
  fetch(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

describe('the port of the demo model', () => {
  test('answers who knows its key, which is another each time', async () => {
    const { url, key } = await openDemo()
    const response = await call(url, { authorization: `Bearer ${key}` })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('You ')
    expect(key).not.toBe((await openDemo()).key)
  })

  test.each<[string, (key: string) => Record<string, string>]>([
    ['nobody’s key', () => ({})],
    ['the key of before', () => ({ authorization: 'Bearer demo' })],
    ['a part of it', (key) => ({ authorization: `Bearer ${key.slice(0, -1)}` })],
    ['another scheme', (key) => ({ authorization: `Basic ${key}` })],
    ['a header of another vendor', (key) => ({ 'x-api-key': key })],
  ])('refuses %s', async (_name, headers) => {
    const { url, key } = await openDemo()
    expect((await call(url, headers(key))).status).toBe(401)
  })

  test.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'same-origin' },
  ])('refuses pages, with the key too: %j', async (headers) => {
    const { url, key } = await openDemo()
    expect(await status(url, { authorization: `Bearer ${key}`, ...headers })).toBe(403)
  })

  test('is there only while it is open', async () => {
    const { demo, url, key } = await openDemo()
    const headers = { authorization: `Bearer ${key}` }
    const running = await call(url, headers)
    demo.retire()
    expect(demo.providerConfig()).toEqual({})
    // What began ends.
    expect(await running.text()).toContain('[DONE]')
    await expect(call(url, headers)).rejects.toThrow()

    await demo.open()
    expect((await call((demo.providerConfig() as any).demo.options.baseURL, headers)).status).toBe(200)
  })
})

describe('a server with limits', () => {
  async function start(answer: Parameters<typeof startModelServer>[0]): Promise<ModelServer> {
    const server = await startModelServer(answer, { key: KEY, maxBytes: 1000, maxCalls: 2 })
    closers.push(server.close)
    return server
  }

  test('reads no body beyond them, whether its length is told or not', async () => {
    let answered = 0
    const { url } = await start(({ response }) => void (answered++, response.end()))
    const authorization = `Bearer ${KEY}`
    expect(await status(url, { authorization, 'content-length': '1001' })).toBe(413)
    expect(await status(url, { authorization, 'transfer-encoding': 'chunked' }, ' '.repeat(5000))).toBe(400)
    // Not even a part of it, of somebody without the key.
    expect(await status(url, { 'content-length': '900' })).toBe(401)
    expect(answered).toBe(0)
    expect(await status(url, { authorization }, '{}')).toBe(200)
  })

  test('answers no more at a time', async () => {
    const held = gate()
    let entered = 0
    const { url } = await start(async ({ response }) => {
      entered++
      await held.opened
      response.end()
    })
    const headers = { authorization: `Bearer ${KEY}` }
    const running = [call(url, headers), call(url, headers)]
    await expect.poll(() => entered).toBe(2)
    expect((await call(url, headers)).status).toBe(503)
    held.open()
    expect((await Promise.all(running)).map((response) => response.status)).toEqual([200, 200])
    expect((await call(url, headers)).status).toBe(200)
  })
})

/** Sends a request as it is; `fetch` would set some headers itself, and wait for the end of the body. */
function status(url: string, headers: Record<string, string>, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/chat/completions`, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode!)
      response.resume()
      sent.destroy()
    })
    sent.on('error', reject)
    if (body === '') sent.flushHeaders()
    else sent.end(body)
  })
}
