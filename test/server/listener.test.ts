import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { toNodeHandler } from 'h3'
import { listen } from 'listhen'
import { afterEach, describe, expect, it } from 'vitest'
import { hang, say } from './fake-engine.ts'
import { hello, type TestApp, testApp } from './test-app.ts'
import { until } from '../support/until.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  // Sockets before the server, which waits for them.
  for (const close of closers.splice(0).toReversed()) await close()
})

async function serve(app: TestApp): Promise<string> {
  const listener = await listen(toNodeHandler(app.app), {
    // A plain 0 becomes 3000.
    port: { random: true },
    hostname: '127.0.0.1',
    isProd: true,
    autoClose: false,
    showURL: false,
  })
  closers.push(() => listener.close())
  return `http://127.0.0.1:${listener.address.port}`
}

function post(base: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })
}

/** Sends the head of a request and leaves its body to the test. */
async function beginUpload(base: string, headers: string[]): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1')
  closers.push(() => socket.destroy())
  let received = ''
  socket.on('data', (data) => (received += data))
  socket.on('error', () => {})
  socket.write(['POST /v1/chat/completions HTTP/1.1', 'host: 127.0.0.1', 'content-type: application/json', ...headers, '', ''].join('\r\n'))
  return { socket, received: () => received }
}

describe('over a socket', () => {
  it.each([true, false])('a client that disconnects aborts the engine (stream: %s)', async (stream) => {
    const app = testApp()
    const base = await serve(app)
    const client = new AbortController()
    let began = false
    let aborted = false
    const script = hang(() => (aborted = true), stream ? [{ type: 'text-delta', text: 'Hel' }] : [])
    app.engine.script = (prompt, options) => {
      began = true
      return script(prompt, options)
    }
    const answer = post(base, { ...hello, stream }, client.signal).catch(() => {})
    await (stream ? answer : until(() => began))
    client.abort()
    await until(() => aborted && app.records.length === 1)
    expect(app.records[0]).toMatchObject({ outcome: { type: 'cancelled' } })
  })

  it('a stream arrives piece by piece, and the connection serves the next request', async () => {
    const app = testApp()
    const base = await serve(app)
    app.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      await sleep(50)
      yield* say('lo')
    }
    const response = await post(base, { ...hello, stream: true })
    let pieces = 0
    for await (const _ of response.body!) pieces++
    expect(pieces).toBeGreaterThanOrEqual(2)
    expect((await post(base, hello)).status).toBe(200)
    await until(() => app.records.length === 2)
    expect(app.records.map(({ outcome }) => outcome.type)).toEqual(['finished', 'finished'])
  })

  it('a slow reader holds the engine back', async () => {
    const app = testApp()
    const base = await serve(app)
    let produced = 0
    app.engine.script = async function* () {
      for (; produced < 2_000; produced++) yield { type: 'text-delta', text: 'x'.repeat(64 * 1024) }
      yield* say('end')
    }
    const { socket } = await beginUpload(base, [`content-length: ${JSON.stringify({ ...hello, stream: true }).length}`])
    socket.pause()
    socket.write(JSON.stringify({ ...hello, stream: true }))
    await until(() => produced > 5)
    await sleep(200)
    const before = produced
    await sleep(100)
    expect(produced).toBe(before)
    expect(produced).toBeLessThan(2_000)
  })

  it('a client that reads only after it has sent everything learns that it was too much', async () => {
    const app = testApp({ maxBodyBytes: 10_000 })
    const body = 'x'.repeat(16_000_000)
    const { socket, received } = await beginUpload(await serve(app), [`content-length: ${body.length}`])
    socket.pause()
    await new Promise<void>((resolve, reject) => socket.write(body, (error) => (error ? reject(error) : resolve())))
    socket.resume()
    await until(() => received().includes('request_too_large'))
  })

  it.each([['content-length: 1000000000'], ['transfer-encoding: chunked']])('an endless upload (%s) is refused while it is sent', async (header) => {
    const app = testApp({ maxBodyBytes: 10_000 })
    const base = await serve(app)
    const { socket, received } = await beginUpload(base, [header])
    const piece = 'x'.repeat(8_192)
    const upload = setInterval(() => socket.write(header.startsWith('transfer') ? `2000\r\n${piece}\r\n` : piece), 10)
    closers.push(() => clearInterval(upload))
    await until(() => received().includes('request_too_large'))
    expect(received()).toMatch(/^HTTP\/1\.1 413 /)
    await until(() => socket.destroyed || socket.closed)
  })

  it('a client that hangs up during its upload is no defect', async () => {
    const app = testApp()
    const { socket } = await beginUpload(await serve(app), ['content-length: 1000'])
    socket.write('{"messages":')
    await sleep(20)
    socket.destroy()
    await until(() => app.records.length === 1)
    expect(app.records[0]).toMatchObject({ outcome: { type: 'cancelled' } })
    expect(app.defects).toEqual([])
  })
})
