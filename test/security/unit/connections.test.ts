import { connect, type Socket } from 'node:net'
import { getHeapStatistics } from 'node:v8'
import { afterEach, describe, expect, test } from 'vitest'
import { BodyBudget } from '../../../src/server/body-budget.ts'
import { type Listening, listen, type ListenOptions } from '../../../src/server/listen.ts'
import { readBytes } from '../../../src/server/upload.ts'
import { hang, say, type Script } from '../../server/fake-engine.ts'
import { hello, type TestApp, testApp } from '../../server/test-app.ts'
import { until } from '../../support/until.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const LIMITS = { host: '127.0.0.1', port: 0, maxBodyBytes: 100_000, maxConnections: 100, uploadTimeout: 60_000, clientTimeout: 60_000 }

async function serve(app: TestApp, limits: Partial<ListenOptions> = {}, onRefused: (open: number) => void = () => {}): Promise<Listening> {
  const listening = await listen(app.app, { ...LIMITS, ...limits }, onRefused)
  closers.push(async () => {
    listening.closeConnections()
    await listening.close()
  })
  return listening
}

interface Client {
  socket: Socket
  received(): string
  /** Whether the daemon has ended the connection. */
  ended(): boolean
}

function open({ url }: Listening): Client {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  closers.push(() => socket.destroy())
  let received = ''
  let ended = false
  socket.on('data', (data) => (received += data))
  socket.on('error', () => {})
  socket.on('close', () => (ended = true))
  socket.on('end', () => (ended = true))
  return { socket, received: () => received, ended: () => ended }
}

const head = (method: string, path: string, headers: string[] = []) => [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', ...headers, '', ''].join('\r\n')
const JSON_TYPE = 'content-type: application/json'

function ask(client: Client, body: object): void {
  const text = JSON.stringify(body)
  client.socket.write(head('POST', '/v1/chat/completions', [JSON_TYPE, `content-length: ${text.length}`]) + text)
}

describe('a client that reads nothing', () => {
  /** Answers without end, and tells when it is ended. */
  function endless(onAbort: () => void): Script {
    return async function* (_, { signal }) {
      signal.addEventListener('abort', onAbort)
      for (;;) yield { type: 'text-delta', text: 'x'.repeat(64 * 1024) }
    }
  }

  test('of a stream is let go, and what ran for it', async () => {
    const app = testApp()
    let aborted = false
    app.engine.script = endless(() => (aborted = true))
    const client = open(await serve(app, { clientTimeout: 200 }))
    client.socket.pause()
    ask(client, { ...hello, stream: true })
    await until(() => aborted && app.records.length === 1)
    expect(app.records[0]).toMatchObject({ outcome: { type: 'cancelled' } })
  })

  test('of a whole answer is', async () => {
    const app = testApp()
    app.engine.script = () => say('x'.repeat(32 * 1024 * 1024))
    const client = open(await serve(app, { clientTimeout: 200 }))
    client.socket.pause()
    ask(client, hello)
    await until(() => app.records.length === 1)
    client.socket.resume()
    await until(client.ended)
    expect(client.received().length).toBeLessThan(32 * 1024 * 1024)
  })

  test('of what happens in sessions is', async () => {
    let cancelled = false
    const news = Buffer.from(`data: ${JSON.stringify({ type: 'file.edited', properties: { file: 'x'.repeat(64 * 1024) } })}\n\n`)
    const events = () => new ReadableStream({ pull: (controller) => controller.enqueue(news), cancel: () => void (cancelled = true) })
    const app = testApp({}, { fetch: async () => new Response(events(), { headers: { 'content-type': 'text/event-stream' } }) })
    const client = open(await serve(app, { clientTimeout: 200 }))
    client.socket.pause()
    client.socket.write(head('GET', '/event'))
    await until(() => cancelled)
  })

  test('yet is only slow is served to the end', async () => {
    const app = testApp()
    app.engine.script = async function* () {
      for (let index = 0; index < 200; index++) yield { type: 'text-delta', text: 'x'.repeat(64 * 1024) }
      yield* say('the end')
    }
    const client = open(await serve(app, { clientTimeout: 500 }))
    ask(client, { ...hello, stream: true })
    let reads = true
    const turns = setInterval(() => {
      reads = !reads
      if (reads) client.socket.resume()
      else client.socket.pause()
    }, 50)
    closers.push(() => clearInterval(turns))
    await until(() => client.received().includes('[DONE]'))
  })

  test('and waits for its answer is not meant', async () => {
    const app = testApp()
    let answer = (): void => {}
    app.engine.script = async function* () {
      await new Promise<void>((resolve) => (answer = resolve))
      yield* say('late')
    }
    const client = open(await serve(app, { clientTimeout: 40 }))
    ask(client, hello)
    // Several looks at the connections.
    for (let index = 0; index < 5; index++) await new Promise((resolve) => setTimeout(resolve, 40))
    answer()
    await until(() => client.received().includes('late'))
  })
})

describe('an upload that never ends', () => {
  /** Sends a byte now and then, for as long as it may. */
  function drip({ socket }: Client, piece = ' '): void {
    const timer = setInterval(() => socket.write(piece), 20)
    closers.push(() => clearInterval(timer))
  }

  test.each([
    ['of a length', 'content-length: 90000', ' '],
    ['of none', 'transfer-encoding: chunked', '1\r\n \r\n'],
  ])('is cut (%s)', async (_name, header, piece) => {
    const app = testApp({ uploadTimeout: 200 })
    const client = open(await serve(app))
    client.socket.write(head('POST', '/v1/chat/completions', [JSON_TYPE, header]))
    drip(client, piece)
    await until(client.ended)
    expect(client.received()).toMatch(/^HTTP\/1\.1 408 /)
    expect(client.received()).toContain('upload_timeout')
    expect(client.received()).toMatch(/^connection: close\r$/im)
  })

  test.each<[string, number, string, string[]]>([
    ['without a key', 401, '/v1/chat/completions', [JSON_TYPE]],
    ['at no route', 404, '/nowhere', [JSON_TYPE]],
    ['of another type', 415, '/v1/messages', ['content-type: text/plain']],
    ['of what is not offered', 400, '/v1/moderations', [JSON_TYPE]],
    ['from another site', 403, '/v1/messages', [JSON_TYPE, 'origin: https://evil.example', 'authorization: Basic eDp5']],
  ])('%s is cut after the answer %i', async (_name, status, path, headers) => {
    const app = testApp({ apiKeys: ['a-secret-key'] })
    const client = open(await serve(app))
    const key = status === 401 || status === 403 ? [] : ['authorization: Bearer a-secret-key']
    client.socket.write(head('POST', path, [...headers, ...key, 'content-length: 1000000']))
    drip(client)
    await until(client.ended)
    expect(client.received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(client.received()).toMatch(/^connection: close\r$/im)
  })

  test('of a refused request that was sent whole leaves its connection open', async () => {
    const app = testApp({ apiKeys: ['a-secret-key'] })
    const client = open(await serve(app))
    ask(client, { ...hello, user: 'x'.repeat(50_000) })
    await until(() => client.received().includes('invalid_api_key'))
    ask(client, hello)
    await until(() => client.received().split('invalid_api_key').length === 3)
    expect(client.ended()).toBe(false)
  })
})

describe('too many connections', () => {
  test('are closed at once, and told of once; the others are served', async () => {
    const refused: number[] = []
    const app = testApp()
    app.engine.script = hang(() => {})
    const listening = await serve(app, { maxConnections: 2 }, (count) => refused.push(count))
    const first = [open(listening), open(listening)]
    for (const client of first) ask(client, hello)
    await until(() => app.engine.prompts.length === 2)
    const more = Array.from({ length: 5 }, () => open(listening))
    await until(() => more.every(({ ended }) => ended()))
    expect(refused).toEqual([2])
    expect(first.some(({ ended }) => ended())).toBe(false)

    first[0]!.socket.destroy()
    app.engine.script = () => say('served')
    await until(async () => {
      const client = open(listening)
      ask(client, hello)
      await until(() => client.ended() || client.received().includes('served'))
      return client.received().includes('served')
    })
  })
})

describe('bodies together', () => {
  const request = (bytes: number) => new Request('http://x', { method: 'POST', body: new Uint8Array(bytes) })
  const read = (budget: BodyBudget, bytes: number) => {
    const hold = budget.open()
    return { hold, bytes: readBytes(request(bytes), { maxBytes: 1_000_000, timeout: 60_000, hold }) }
  }

  test('take no more memory than there is; a request alone may', async () => {
    const budget = new BodyBudget(100_000)
    const alone = read(budget, 500_000)
    expect((await alone.bytes).length).toBe(500_000)
    const other = read(budget, 10)
    await expect(other.bytes).rejects.toMatchObject({ status: 503, code: 'bridge_overloaded' })
    alone.hold.release()
    const [one, two] = [read(budget, 60_000), read(budget, 30_000)]
    expect((await one.bytes).length + (await two.bytes).length).toBe(90_000)
    await expect(read(budget, 30_000).bytes).rejects.toMatchObject({ status: 503 })
    two.hold.release()
    two.hold.release()
    expect((await read(budget, 40_000).bytes).length).toBe(40_000)
    await expect(read(budget, 10).bytes).rejects.toMatchObject({ status: 503 })
  })

  test('are let go with their requests', async () => {
    const { chat } = testApp({ maxBodyBytes: 64 * 1024 * 1024 })
    const large = `{"x":[${'0,'.repeat(25_000_000)}0]}`
    // More, all of them, than there is memory for.
    const count = Math.ceil(getHeapStatistics().heap_size_limit / 8 / large.length) + 1
    for (let index = 0; index < count; index++) {
      const response = await chat(large)
      expect(response.status).toBe(400)
      await response.text()
    }
  })
})
