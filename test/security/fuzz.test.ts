import { connect } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import type { KnownWire } from '../../src/core/call.ts'
import { listen } from '../../src/server/listen.ts'
import { model } from '../server/fake-engine.ts'
import { testApp } from '../server/test-app.ts'
import { garble, mutate } from '../support/fuzz/bodies.ts'
import { strangeHeaders } from '../support/fuzz/headers.ts'
import { Random } from '../support/fuzz/random.ts'
import { neededMemory, settledMemory } from '../support/heap.ts'
import { recordedBodies } from '../support/recorded-clients.ts'

/**
 * Bodies and headers that no client would send, made of those that real ones did, in every lane. What they may take is
 * limited by the bridge; here is seen that they are answered, and what that took. Every run makes the same ones, so that it
 * fails for what was changed alone; with `FUZZ_SECONDS` it makes others, for so long, and `FUZZ_SEED` makes those again.
 */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0)
/** Of bodies, and of heads. */
const LEAST = { bodies: 700, heads: 5_000 }
const SEED = Number(process.env.FUZZ_SEED ?? (process.env.FUZZ_SECONDS === undefined ? 128_034 : Date.now() % 1_000_000))

/** CPU time in which one request may hold up all others; far beyond what it takes, far below what a fault does. Microseconds. */
const MAX_CPU = 5_000_000
/** What all requests together may leave behind, beyond what is kept on purpose. */
const MAX_LEFT = 160 * 1024 * 1024
/** Of an answer that refuses. */
const MAX_REFUSAL = 16 * 1024

/** Larger ones are as these, with more text. */
const SMALL = recordedBodies.filter(({ body }) => body.length < 40_000)
const WIRES: readonly (KnownWire | undefined)[] = ['chat', 'messages', 'responses', 'gemini', undefined]

describe('strange requests', { timeout: (SECONDS + 120) * 1000 }, () => {
  test(`are answered, and hold nobody up (FUZZ_SEED=${SEED})`, async () => {
    const random = new Random(SEED)
    // Whatever model a mutation asks for.
    const { app, defects, engine, records } = testApp({ maxBodyBytes: 32 * 1024 * 1024, aliases: { '*': ['openai/gpt-5'] } })
    engine.list = [model('openai/gpt-5')]
    const statuses: Record<number, number> = {}
    let worst = { cpu: 0, what: '' }
    const delay = monitorEventLoopDelay({ resolution: 10 })
    delay.enable()
    const before = neededMemory()
    const end = Date.now() + SECONDS * 1000
    // A function, so that nothing of the last request is still in a variable when what is left is counted.
    const ask = async (count: number): Promise<void> => {
      const recorded = random.pick(SMALL)
      engine.wire = random.pick(WIRES)
      const parsed = JSON.parse(recorded.body) as Record<string, unknown>
      const text = (random.chance(0.9) && written(mutate(parsed, random))) || recorded.body
      const body = random.chance(0.1) ? garble(text, random) : Buffer.from(text)
      const headers = new Headers({ ...recorded.headers, 'content-type': 'application/json' })
      if (random.chance(0.3)) for (const [name, value] of strangeHeaders(random)) headers.set(name, value)
      const what = `${count}: ${recorded.client}/${recorded.name} to ${engine.wire ?? 'a session'}, ${body.length} bytes`

      const cpu = process.cpuUsage()
      const response = await app.request(recorded.path, { method: 'POST', headers, body: new Uint8Array(body) })
      const answer = await response.text()
      const { user, system } = process.cpuUsage(cpu)
      if (user + system > worst.cpu) worst = { cpu: user + system, what }

      statuses[response.status] = (statuses[response.status] ?? 0) + 1
      expect(defects, what).toEqual([])
      expect(response.status, what).not.toBe(500)
      expect(response.headers.get('x-request-id') ?? response.headers.get('request-id'), what).toBeTruthy()
      if (response.status >= 400) expect(answer.length, what).toBeLessThan(MAX_REFUSAL)
      expect(user + system, what).toBeLessThan(MAX_CPU)
      expect(({} as { polluted?: boolean }).polluted, what).toBeUndefined()
      records.length = 0
      engine.prompts.length = 0
      engine.calls.length = 0
      // What waits is done, and the delay is that of one request.
      await new Promise((resolve) => setImmediate(resolve))
    }
    for (let count = 0; Date.now() < end || count < LEAST.bodies; count++) await ask(count)
    delay.disable()
    // What is held weakly goes only after a turn of its own.
    const left = (await settledMemory()) - before
    console.log(
      `${Object.values(statuses).reduce((sum, one) => sum + one, 0)} requests ${JSON.stringify(statuses)}; longest delay ${Math.round(delay.max / 1e6)} ms, most CPU time ${Math.round(worst.cpu / 1000)} ms (${worst.what}), ${Math.round(left / 2 ** 20)} MB left`,
    )
    expect(left).toBeLessThan(MAX_LEFT)
  })

  test(`that are hardly HTTP are answered or cut off (FUZZ_SEED=${SEED})`, async () => {
    const random = new Random(SEED)
    const { app, defects, records } = testApp()
    const listening = await listen(
      app,
      { host: '127.0.0.1', port: 0, maxBodyBytes: 100_000, maxConnections: 100, uploadTimeout: 2_000, clientTimeout: 2_000 },
      () => {},
    )
    const port = Number(new URL(listening.url).port)
    const answers: Record<string, number> = {}
    const end = Date.now() + SECONDS * 200
    try {
      for (let count = 0; Date.now() < end || count < LEAST.heads; count++) {
        const answer = await exchange(port, head(random))
        const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none'
        answers[status] = (answers[status] ?? 0) + 1
        expect(status, String(count)).not.toBe('500')
        expect(defects, String(count)).toEqual([])
        records.length = 0
      }
      expect((await fetch(`${listening.url}/health`)).status).toBe(200)
    } finally {
      listening.closeConnections()
      await listening.close()
    }
    console.log(`heads ${JSON.stringify(answers)}`)
  })
})

/** Undefined for what no text is long enough for. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** What a socket gets for some bytes, until it is ended or half a second has passed. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    let received = ''
    const done = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(received)
    }
    const timer = setTimeout(done, 500)
    socket.on('data', (data) => (received += data.toString('latin1')))
    socket.on('error', done)
    socket.on('close', done)
  })
}

/** The head of a request, in some way not one, and what may be its body. */
function head(random: Random): Buffer {
  const method = random.pick(['GET', 'POST', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'get', ''])
  const path = random.pick([
    '/v1/chat/completions',
    '/health',
    '/',
    '*',
    '//',
    '/%',
    '/%00',
    '/..%2f..%2f',
    '/v1/models/%ff',
    'http://evil.example/health',
    `/${'a'.repeat(9_000)}`,
    '/v1beta/models/a:b:c',
    '/session/ses_1/../../config',
    '/status?x[]=%zz',
  ])
  const version = random.pick(['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''])
  const headers = [
    ...(random.chance(0.9) ? ['host: 127.0.0.1'] : []),
    ...strangeHeaders(random).map(([name, value]) => `${name}: ${value}`),
    ...(random.chance(0.5)
      ? [
          random.pick([
            'content-length: 5',
            'content-length: -1',
            'content-length: 5, 6',
            'content-length: 1e9',
            'transfer-encoding: chunked',
            'transfer-encoding: chunked, identity',
            'transfer-encoding: xchunked',
            'upgrade: websocket',
            'connection: close, x',
          ]),
        ]
      : []),
    ...(random.chance(0.1) ? [random.pick(['no colon', ': no name', 'a b: c', 'x:\u0000y', ' folded: x'])] : []),
  ]
  const body = random.pick(['', 'hello', '5\r\nhello\r\n0\r\n\r\n', 'ffffffffffffffff\r\n', '{}', 'GET /status HTTP/1.1\r\nhost: x\r\n\r\n'])
  const lineEnd = random.pick(['\r\n', '\r\n', '\r\n', '\n', '\r'])
  return Buffer.from([`${method} ${path} ${version}`, ...headers, '', body].join(lineEnd), 'latin1')
}
