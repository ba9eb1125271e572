import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'crossws/websocket'
import { toNodeHandler } from 'h3'
import { SignJWT } from 'jose'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { JsonResponse } from '../../src/protocols/responses/shapes.ts'
import type { AppConfig } from '../../src/server/app-options.ts'
import { BodyBudget } from '../../src/server/body-budget.ts'
import { ResponseStore } from '../../src/server/response-store.ts'
import { listenToUpgrades, type UpgradeListener } from '../../src/server/sockets/listen-upgrades.ts'
import { ResponsesSocket } from '../../src/server/sockets/responses-socket.ts'
import { UnfinishedMessage } from '../../src/server/sockets/unfinished-message.ts'
import { SocketMemory } from '../../src/server/sockets/socket-memory.ts'
import { until } from '../support/until.ts'
import { hang, say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

/** Responses over a socket, as Codex and OpenAI's packages speak it. */

const model = 'openai/gpt-5'
const said = (text: string) => [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }]

interface Listening {
  test: TestApp
  server: Server
  base: string
  upgrades: UpgradeListener
}

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(config: Partial<AppConfig> = {}): Promise<Listening> {
  const test = testApp({ maxBodyBytes: 50_000, ...config })
  const server = createServer(toNodeHandler(test.app))
  const upgrades = listenToUpgrades(server, test.app, config.maxBodyBytes ?? 50_000)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    upgrades.cut()
    server.closeAllConnections()
    server.close()
  })
  return { test, server, upgrades, base: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A client of a socket, with all the frames that it got. */
class Client {
  readonly frames: any[] = []
  readonly #socket: WebSocket
  closed = false

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#socket = new (WebSocket as unknown as new (url: string, protocols: string[], options: object) => WebSocket)(url, [], { headers })
    this.#socket.addEventListener('message', ({ data }) => void this.frames.push(JSON.parse(String(data))))
    this.#socket.addEventListener('close', () => (this.closed = true))
    closers.push(() => this.#socket.close())
  }

  async opened(): Promise<this> {
    await until(() => this.#socket.readyState === 1)
    return this
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** Sends a turn and waits for its last event. */
  async turn(frame: object): Promise<any[]> {
    const before = this.frames.length
    this.send({ type: 'response.create', model, ...frame })
    await until(() => ENDS.has(this.frames.at(-1)?.type) && this.frames.length > before)
    return this.frames.slice(before)
  }

  ping(data: string): void {
    ;(this.#socket as unknown as { ping(data: string): void }).ping(data)
  }

  close(): void {
    this.#socket.close()
  }
}

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error'])

/** The answer of a server to an upgrade, which is no socket where its status is not 101. */
function upgrade(base: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  const [host, port] = base.split(':')
  const socket = connect(Number(port), host)
  closers.push(() => socket.destroy())
  return upgradeOn(socket, base, path, headers)
}

async function upgradeOn(socket: Socket, base: string, path = '/v1/responses', headers: Record<string, string> = {}): Promise<string> {
  let received = ''
  socket.on('data', (data) => (received += data))
  const lines = {
    host: base,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  socket.write(
    `GET ${path} HTTP/1.1\r\n${Object.entries(lines)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  )
  await until(() => received.includes('\r\n\r\n'))
  return received
}

describe('a socket', () => {
  it.each(['/v1/responses', '/responses', '/v1/v1/responses', '/v1/responses/'])('at %s has the events of a request as frames', async (path) => {
    const { base, test } = await serve()
    const client = await new Client(`ws://${base}${path}`).opened()
    const events = await client.turn({ input: said('Hi'), store: false })
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['response.created', 'response.output_text.delta', 'response.completed']))
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index))
    expect(events.at(-1).response).toMatchObject({ status: 'completed', output: [{ content: [{ text: 'Hello' }] }] })
    expect(test.engine.prompts[0]!.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
    // The socket is a request of the log's, and so is each turn.
    expect(test.records.map(({ method, path, status, outcome }) => [method, path, status, outcome.type])).toEqual([
      ['GET', '/v1/responses', 101, 'finished'],
      ['POST', '/v1/responses', 200, 'finished'],
    ])
  })

  it.each([{ store: false }, { store: true }, {}])('takes several turns, which go on with each other (%j)', async (kept) => {
    const { base, test } = await serve()
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    const first = (await client.turn({ input: said('One'), ...kept })).at(-1).response
    const second = (await client.turn({ input: said('Two'), previous_response_id: first.id, ...kept })).at(-1).response
    await client.turn({ input: said('Three'), previous_response_id: second.id, ...kept })
    const texts = test.engine.prompts.at(-1)!.messages.map((message) => (message.role === 'assistant' ? message.parts : message.content))
    expect(texts).toEqual([
      [{ type: 'text', text: 'One' }],
      [{ type: 'text', text: 'Hello' }],
      [{ type: 'text', text: 'Two' }],
      [{ type: 'text', text: 'Hello' }],
      [{ type: 'text', text: 'Three' }],
    ])
    // What is not to be stored is known to this socket alone.
    const status = (await test.get(`/v1/responses/${first.id}`)).status
    expect(status).toBe(kept.store === false ? 404 : 200)
    const other = await new Client(`ws://${base}/v1/responses`).opened()
    expect((await other.turn({ input: said('Four'), previous_response_id: first.id })).at(-1).type).toBe(kept.store === false ? 'error' : 'response.completed')
  })

  it('goes on with a response of a provider of the format, in its own words', async () => {
    const { base, test } = await serve()
    test.engine.wire = 'responses'
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    const first = (await client.turn({ input: said('One'), store: false })).at(-1).response
    await client.turn({ input: said('Two'), previous_response_id: first.id, store: false })
    const sent = JSON.parse(test.engine.calls.at(-1)!.body)
    expect(sent).not.toHaveProperty('previous_response_id')
    expect(sent).not.toHaveProperty('type')
    expect(sent.input.map(({ role, content }: any) => [role, content[0].text])).toEqual([
      ['user', 'One'],
      ['assistant', 'Hello'],
      ['user', 'Two'],
    ])
  })

  it.each([[said('Rules.')], [[]]])('prepares a response without asking a model (%j)', async (input) => {
    const { base, test } = await serve()
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    const events = await client.turn({ input, generate: false, store: false })
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed', output: [] } })
    expect(test.engine.prompts).toEqual([])
    await client.turn({ input: said('Hi'), previous_response_id: events.at(-1).response.id, store: false })
    expect(test.engine.prompts[0]!.messages).toHaveLength(input.length + 1)
  })

  it('goes on with what was prepared in the client’s own words, where the provider speaks them', async () => {
    const { base, test } = await serve()
    test.engine.wire = 'responses'
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    const rules = { ...said('Rules.')[0], new_field: 1 }
    const [first, second] = [await client.turn({ input: [rules], generate: false, store: false }), await client.turn({ input: [], generate: false })]
    await client.turn({ input: said('Hi'), previous_response_id: first.at(-1).response.id, store: false })
    expect(JSON.parse(test.engine.calls.at(-1)!.body).input).toEqual([rules, ...said('Hi')])
    await client.turn({ input: said('Hi'), previous_response_id: second.at(-1).response.id })
    expect(JSON.parse(test.engine.calls.at(-1)!.body).input).toEqual(said('Hi'))
  })

  it('finds what is stored of its own client alone, and nothing of another socket’s', async () => {
    const keys = ['key-of-the-first', 'key-of-the-second']
    const { base } = await serve({ apiKeys: keys })
    const open = (key: string) => new Client(`ws://${base}/v1/responses`, { authorization: `Bearer ${key}` }).opened()
    const [first, same, other] = await Promise.all([open(keys[0]!), open(keys[0]!), open(keys[1]!)])
    const ends = async (client: Client, id: string) => (await client.turn({ input: 'Hi', previous_response_id: id })).at(-1).type
    const stored = (await first.turn({ input: 'Hi' })).at(-1).response.id
    const own = (await first.turn({ input: 'Hi', store: false })).at(-1).response.id
    expect([await ends(first, stored), await ends(same, stored), await ends(other, stored)]).toEqual(['response.completed', 'response.completed', 'error'])
    expect([await ends(first, own), await ends(same, own), await ends(other, own)]).toEqual(['response.completed', 'error', 'error'])
  })

  it('keeps the last responses that are not stored, until it closes', () => {
    const kept = new ResponseStore()
    const memory = new SocketMemory(kept.of('socket'))
    const answer = (id: string) => {
      const turn = memory.follow(
        kept.of('client').follow(() => {}),
        false,
      )
      const response = { id, status: 'completed', output: [] } as unknown as JsonResponse
      turn.begin({ response, input: [] })
      turn.end(response)
    }
    const known = () => ['a', 'b', 'c', 'd', 'e', 'f'].filter((id) => kept.of('socket').get(id)).join('')
    for (const id of 'abcde') answer(id)
    expect(known()).toBe('bcde')
    answer('f')
    expect(known()).toBe('cdef')
    memory.clear()
    expect(known()).toBe('')
  })

  it('refuses a turn that waits where there is no memory for it', async () => {
    const sent: any[] = []
    let finish = (_answer: Response): void => {}
    const socket = new ResponsesSocket({
      end: { ask: () => new Promise((resolve) => (finish = resolve)), send: (text) => sent.push(JSON.parse(text)), drained: async () => {}, close: () => {} },
      memory: new SocketMemory(new ResponseStore().of('socket')),
      bodies: new BodyBudget(100),
    })
    const turn = JSON.stringify({ type: 'response.create', input: 'x'.repeat(60) })
    // The first of them waits for nothing.
    socket.receive(turn)
    await new Promise(setImmediate)
    socket.receive(turn)
    socket.receive(turn)
    expect(sent).toMatchObject([{ type: 'error', status: 503, error: { code: 'bridge_overloaded' } }])
    finish(new Response('data: 1\n\n'))
    await new Promise(setImmediate)
    socket.receive(turn)
    expect(sent).toHaveLength(2)
  })

  it('lets each turn in by itself: a token may expire meanwhile', async () => {
    const secret = 'a-secret-of-32-bytes-for-hs256!!'
    const token = await new SignJWT({ sub: 'someone' }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(new TextEncoder().encode(secret))
    const { base } = await serve({ jwtSecret: secret })
    const client = await new Client(`ws://${base}/v1/responses`, { authorization: `Bearer ${token}` }).opened()
    expect((await client.turn({ input: 'Hi' })).at(-1).type).toBe('response.completed')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await client.turn({ input: 'Hi' })).toMatchObject([{ type: 'error', status: 401, error: { code: 'invalid_api_key' } }])
  })

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{"type":', 400, 'invalid_json'],
    ['no object', '[]', 400, 'invalid_type'],
    ['another event', { type: 'session.update' }, 400, 'invalid_value'],
    ['a model that does not exist', { type: 'response.create', model: 'nobody', input: 'Hi' }, 404, 'model_not_found'],
    ['a response that is not kept', { type: 'response.create', model, input: 'Hi', previous_response_id: 'resp_x' }, 404, 'previous_response_not_found'],
    ['no input', { type: 'response.create', model }, 400, 'missing_required_parameter'],
  ])('tells of %s by an event, and goes on', async (_name, frame, status, code) => {
    const { base } = await serve()
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    client.send(frame)
    await until(() => client.frames.length > 0)
    expect(client.frames).toMatchObject([{ type: 'error', status, error: { code, message: expect.any(String) } }])
    expect((await client.turn({ input: 'Hi' })).at(-1).type).toBe('response.completed')
  })

  it('tells of a provider’s error with its status and its pause', async () => {
    const { base, test } = await serve()
    test.engine.script = () => {
      throw new BridgeError('Slow down.', { code: 'rate_limit_exceeded', status: 429, retryAfter: 7000 })
    }
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    expect(await client.turn({ input: 'Hi' })).toMatchObject([
      { type: 'error', status: 429, error: { message: 'Slow down.' }, headers: { 'retry-after': '7' } },
    ])
  })

  it('tells of an answer that breaks off', async () => {
    const { base, test } = await serve()
    test.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('Gone.', { code: 'process_failed', status: 502 })
    }
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    client.send({ type: 'response.create', model, input: 'Hi' })
    await until(() => client.frames.some(({ type }) => type === 'response.failed'))
  })

  it('ends what runs when it closes', async () => {
    const { base, test } = await serve()
    let aborted = false
    test.engine.script = hang(() => (aborted = true), [{ type: 'text-delta', text: 'Hel' }])
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    client.send({ type: 'response.create', model, input: 'Hi' })
    await until(() => client.frames.some(({ type }) => type === 'response.output_text.delta'))
    client.close()
    await until(() => aborted)
    await until(() => test.records.some(({ outcome }) => outcome.type === 'cancelled'))
  })

  it('answers turns in their order, one after the other, and not too many', async () => {
    const { base, test } = await serve()
    let finish = (): void => {}
    const held = new Promise<void>((resolve) => (finish = resolve))
    test.engine.script = async function* () {
      await held
      yield* say('Hello')
    }
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    for (let turn = 0; turn < 20; turn++) client.send({ type: 'response.create', model, input: `Turn ${turn}` })
    await until(() => client.frames.length === 4)
    finish()
    await until(() => client.frames.filter(({ type }) => ENDS.has(type)).length === 20)
    expect(client.frames.filter(({ type }) => type === 'error').map(({ status }) => status)).toEqual([429, 429, 429, 429])
    const asked = test.engine.prompts.map(({ messages }) => (messages[0] as any).content[0].text)
    expect(asked).toEqual(Array.from({ length: 16 }, (_, turn) => `Turn ${turn}`))
  })

  it('is closed by the daemon when nothing runs on it', async () => {
    const { base, test, upgrades } = await serve()
    let finish = (): void => {}
    test.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      await new Promise<void>((resolve) => (finish = resolve))
      yield { type: 'finish', reason: 'stop', usage: undefined }
    }
    const idle = await new Client(`ws://${base}/v1/responses`).opened()
    const busy = await new Client(`ws://${base}/v1/responses`).opened()
    busy.send({ type: 'response.create', model, input: 'Hi' })
    await until(() => busy.frames.some(({ type }) => type === 'response.output_text.delta'))
    upgrades.drain()
    await until(() => idle.closed)
    expect(busy.closed).toBe(false)
    finish()
    await until(() => busy.closed)
    expect(busy.frames.at(-1).type).toBe('response.completed')
  })

  it('is cut where its client does not answer that it is closed', async () => {
    const { base, upgrades } = await serve()
    const [host, port] = base.split(':')
    const mute = connect(Number(port), host)
    closers.push(() => mute.destroy())
    let closed = false
    mute.on('close', () => (closed = true))
    await upgradeOn(mute, base)
    upgrades.drain()
    await until(() => closed)
  })

  it('has a frame of no more than a body’s size', async () => {
    const { base } = await serve()
    const client = await new Client(`ws://${base}/v1/responses`).opened()
    client.send({ type: 'response.create', model, input: 'x'.repeat(60_000) })
    await until(() => client.closed)
  })
})

describe('a message over a socket that never ends', () => {
  const MAX = 1024 * 1024
  /** Begins a message of that many bytes. @returns the connection, and whether it is closed */
  async function begin(base: string, size: number): Promise<{ socket: Socket; closed: () => boolean }> {
    const [host, port] = base.split(':')
    const socket = connect(Number(port), host)
    closers.push(() => socket.destroy())
    let closed = false
    socket.on('close', () => (closed = true)).on('error', () => {})
    await upgradeOn(socket, base)
    const head = Buffer.alloc(14)
    head.writeUInt8(0x81, 0)
    head.writeUInt8(0xff, 1)
    head.writeBigUInt64BE(BigInt(size), 2)
    socket.write(head)
    return { socket, closed: () => closed }
  }

  it('has its time', async () => {
    const { base } = await serve({ maxBodyBytes: MAX, uploadTimeout: 300 })
    const slow = await begin(base, MAX)
    slow.socket.write(Buffer.alloc(100_000))
    await until(slow.closed)
  })

  it('is nothing to an idle client that pings', async () => {
    const { base } = await serve({ maxBodyBytes: MAX, uploadTimeout: 100 })
    const idle = await new Client(`ws://${base}/v1/responses`).opened()
    for (let count = 0; count < 1000; count++) idle.ping('x'.repeat(100))
    await sleep(300)
    expect(await idle.turn({ input: said('Hi') })).toMatchObject({ length: expect.any(Number) })
  })

  it('counts among the bodies that there is memory for', async () => {
    const hold = new BodyBudget(150_000).open()
    const onFault = vi.fn<() => void>()
    const message = new UnfinishedMessage({ hold, timeout: 60_000, onFault })
    const other = new BodyBudget(150_000)
    const first = other.open()
    first.add(100_000)
    const second = new UnfinishedMessage({ hold: other.open(), timeout: 60_000, onFault })
    message.received(200_000)
    expect(onFault).not.toHaveBeenCalled()
    second.received(60_000)
    expect(onFault).not.toHaveBeenCalled()
    second.received(40_000)
    expect(onFault).toHaveBeenCalledOnce()
    second.ended()
    first.release()
    second.received(100_000)
    expect(onFault).toHaveBeenCalledOnce()
    second.ended()
    message.ended()
  })
})

describe('an upgrade', () => {
  it.each(['/', '/v1/chat/completions', '/v1/realtime', '/v1/responses/resp_1', '/v1/nothing', '/health', '/event'])(
    'at %s is answered with 426',
    async (path) => {
      const { base } = await serve()
      const answer = await upgrade(base, path)
      expect(answer).toMatch(/^HTTP\/1\.1 426 /)
      await until(async () => answer.includes('upgrade_required'))
    },
  )

  it('needs the key, and is refused to pages of others', async () => {
    const locked = await serve({ apiKeys: ['a-long-key'] })
    expect(await upgrade(locked.base, '/v1/responses')).toMatch(/^HTTP\/1\.1 401 /)
    expect(await upgrade(locked.base, '/v1/responses', { authorization: 'Bearer a-long-key' })).toMatch(/^HTTP\/1\.1 101 /)
    const secret = await serve({ serverPassword: 'a-password' })
    const basic = `Basic ${btoa('opencode:a-password')}`
    expect(await upgrade(secret.base, '/v1/responses', { authorization: basic })).toMatch(/^HTTP\/1\.1 101 /)
    expect(await upgrade(secret.base, '/v1/responses', { authorization: `Basic ${btoa('opencode:another')}` })).toMatch(/^HTTP\/1\.1 401 /)
    // A browser that knows the password adds it for any page.
    expect(await upgrade(secret.base, '/v1/responses', { authorization: basic, origin: 'https://elsewhere.test' })).toMatch(/^HTTP\/1\.1 403 /)
    const open = await serve()
    expect(await upgrade(open.base, '/v1/responses', { origin: 'https://elsewhere.test' })).toMatch(/^HTTP\/1\.1 403 /)
    expect(await upgrade(open.base, '/v1/responses', { host: 'rebound.test' })).toMatch(/^HTTP\/1\.1 403 /)
  })

  it.each([
    ['GET', '/v1/models', ''],
    ['POST', '/v1/chat/completions', JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] })],
  ])('to another protocol is a wish that may go unheard: %s %s', async (method, path, body) => {
    const { base } = await serve()
    const [host, port] = base.split(':')
    const socket = connect(Number(port), host)
    closers.push(() => socket.destroy())
    let received = ''
    socket.on('data', (data) => (received += data))
    const request = `${method} ${path} HTTP/1.1\r\nHost: ${base}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    // The body comes in pieces of its own.
    socket.write(request + body.slice(0, 10))
    setImmediate(() => socket.write(body.slice(10)))
    await until(() => received.includes('HTTP/1.1 200') && /"object":"(list|chat\.completion)"/.test(received))
    // The connection serves the next one as well.
    received = ''
    socket.write(`GET /health HTTP/1.1\r\nHost: ${base}\r\n\r\n`)
    await until(() => received.includes('"status":"ok"'))
  })

  it('is none without the header: GET is not allowed', async () => {
    expect((await testApp().get('/v1/responses')).status).toBe(405)
  })
})
