import { describe, expect, test } from 'vitest'
import { LimitGate } from '../../src/access/limits/limit-gate.ts'
import { createWindows } from '../../src/access/limits/windows.ts'
import { digestOf, ManagedKeys } from '../../src/access/managed-keys.ts'
import { BridgeError } from '../../src/core/errors.ts'
import { memoryLimitStore } from '../../src/storage/memory/limit-store.ts'
import { until } from '../support/until.ts'
import { hang, say } from './fake-engine.ts'
import { errorOf, hello, testApp, type TestApp } from './test-app.ts'

const json = async (response: Response | Promise<Response>): Promise<any> => (await response).json()
const send = (app: TestApp, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.app.request(path, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

describe('GET /v1/daemon', () => {
  test('tells of a running request, which can be stopped', async () => {
    const app = testApp()
    let aborted = false
    app.engine.script = hang(
      () => (aborted = true),
      [
        { type: 'text-delta', text: 'Hello, this is a text of some length.' },
        { type: 'text-delta', text: '!' },
      ],
    )
    const response = await app.chat({ ...hello, stream: true }, { headers: { 'x-request-id': 'mine', 'user-agent': 'codex/1.0' } })
    const reader = response.body!.getReader()
    await reader.read()
    await until(async () => (await json(app.get('/v1/daemon'))).requests[0]?.tokens > 0)
    const { requests, counts, daemon } = await json(app.get('/v1/daemon'))
    expect(requests).toMatchObject([
      { id: 'mine', model: 'openai/gpt-5', program: 'codex', format: 'chat-completions', engine: 'run', lane: 'session', streamed: true, client: 'open' },
    ])
    expect(requests[0].tokens).toBeGreaterThanOrEqual(9)
    expect(counts).toMatchObject({ in_flight: 1, total: 1 })
    expect(daemon).toMatchObject({ pid: 42, default_model: 'github-copilot/gpt-5-mini' })

    expect(await json(send(app, 'DELETE', '/v1/daemon/requests/mine'))).toMatchObject({ stopped: 1 })
    let rest = ''
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) rest += new TextDecoder().decode(piece.value)
    expect(rest).toContain('stopped by whoever runs the bridge')
    expect(aborted).toBe(true)
    await until(() => app.records.some(({ requestId }) => requestId === 'mine'))
    expect(app.records.find(({ requestId }) => requestId === 'mine')).toMatchObject({ outcome: { type: 'cancelled' } })
    expect((await send(app, 'DELETE', '/v1/daemon/requests/mine')).status).toBe(404)
  })

  test('tells what failed, and what to do about it', async () => {
    const app = testApp()
    app.engine.script = () => {
      throw new BridgeError('<script>secret words</script>', { code: 'invalid_api_key', status: 401 })
    }
    await (await app.chat({ ...hello, nonsense: 1 }, { headers: { 'x-request-id': 'f' } })).text()
    const { errors } = await json(app.get('/v1/daemon'))
    expect(errors).toMatchObject([{ request_id: 'f', code: 'invalid_api_key', status: 401, advice: expect.stringContaining('opencode auth login') }])
    expect(JSON.stringify(errors)).not.toContain('secret words')
    const { record } = await json(app.get('/v1/daemon/requests/f'))
    expect(record).toMatchObject({ request_id: 'f', ignored: ['nonsense'], attempts: [{ model: 'openai/gpt-5' }], outcome: { code: 'invalid_api_key' } })
    expect(await json(app.get('/v1/daemon/requests/nobody'))).toMatchObject({ record: null, capture: null })
  })
})

test('limits of the daemon and of its keys are told with what is used of them', async () => {
  const keys = new ManagedKeys({
    load: async () => [
      { name: 'ci', digest: digestOf('ocb_1'), limits: { costPerDay: '0.5' } },
      { name: 'gone', digest: digestOf('ocb_2'), revokedAt: 1, limits: { costPerDay: '1' } },
    ],
    log: { warn() {}, info() {} },
  })
  const limits = new LimitGate({
    store: memoryLimitStore(),
    prices: () => undefined,
    windows: createWindows('UTC'),
    daemon: { requestsPerMinute: 600 },
    client: {},
    policy: 'open',
    log: { warn() {}, info() {} },
  })
  const app = testApp({ managedKeys: true, apiKeys: ['of-the-operator'] }, undefined, undefined, keys, { limits })
  await (await app.chat(hello, { headers: { authorization: 'Bearer ocb_1' } })).text()
  expect((await json(app.get('/v1/daemon', { authorization: 'Bearer of-the-operator' }))).limits).toEqual([
    { name: 'daemon', what: 'requests', window: 'minute', used: expect.stringMatching(/^[01]$/), limit: '600' },
    { name: 'ci', what: 'cost', window: 'day', used: '0', limit: '0.5' },
  ])
  await limits.close()
})

describe('GET /v1/daemon/events', () => {
  const frames = async (app: TestApp, headers: Record<string, string> = {}) => {
    const reader = (await app.get('/v1/daemon/events', headers)).body!.getReader()
    return {
      next: async () => {
        const text = new TextDecoder().decode((await reader.read()).value)
        return { id: /^id: (.*)$/m.exec(text)![1]!, data: JSON.parse(/^data: (.*)$/m.exec(text)![1]!) }
      },
      leave: () => reader.cancel(),
    }
  }

  test('goes on where it was left', async () => {
    const app = testApp()
    app.log.add('info', 'one')
    const first = await frames(app)
    const all = await first.next()
    expect(all.data).toMatchObject({ engine: { mode: 'native' }, log: [{ text: 'one' }], requests: [] })
    await first.leave()
    app.log.add('info', 'two')
    const again = await frames(app, { 'last-event-id': all.id })
    expect((await again.next()).data).toEqual({ log: [expect.objectContaining({ text: 'two' })] })
    await again.leave()
    const other = await frames(app, { 'last-event-id': 'another-start.7' })
    expect((await other.next()).data).toMatchObject({ engine: { mode: 'native' } })
    await other.leave()
  })
})

describe('capture', () => {
  test('is off, and keeps what was said while it is on', async () => {
    const app = testApp()
    app.engine.script = () => say('Hel', 'lo')
    const ask = async (id: string, body: object = {}) => (await app.chat({ ...hello, ...body }, { headers: { 'x-request-id': id } })).text()
    await ask('before')
    expect(await json(send(app, 'POST', '/v1/daemon/capture', { on: true }))).toMatchObject({ on: true, kept: 0 })
    await ask('whole')
    await ask('streamed', { stream: true })
    app.engine.wire = 'chat'
    await ask('verbatim', { stream: true })
    const captureOf = async (id: string) => (await json(app.get(`/v1/daemon/requests/${id}`))).capture
    expect(await captureOf('before')).toBeNull()
    for (const id of ['whole', 'streamed', 'verbatim']) {
      const capture = await captureOf(id)
      expect(JSON.parse(capture.request), id).toMatchObject(hello)
      expect(capture.answers, id).toMatchObject([{ text: 'Hello' }])
    }
    expect(await json(send(app, 'POST', '/v1/daemon/capture', { on: false }))).toMatchObject({ on: false, kept: 0 })
    expect(await captureOf('whole')).toBeNull()
    expect((await send(app, 'POST', '/v1/daemon/capture', { on: 'yes' })).status).toBe(400)
  })
})

describe('who runs the daemon', () => {
  const keys = new ManagedKeys({ load: async () => [{ name: 'ci', digest: digestOf('ocb_1') }], log: { warn() {}, info() {} } })
  const paths = ['/v1/daemon', '/v1/daemon/events', '/v1/daemon/log', '/v1/daemon/capture', '/v1/daemon/requests/x']

  test('is nobody with a key of a client', async () => {
    const app = testApp({ managedKeys: true, apiKeys: ['of-the-operator'] }, undefined, undefined, keys)
    for (const path of paths) {
      expect((await app.get(path)).status, path).toBe(401)
      const refused = await app.get(path, { authorization: 'Bearer ocb_1' })
      expect([refused.status, (await errorOf(refused)).code], path).toEqual([403, 'operator_only'])
    }
    expect((await app.get('/v1/daemon', { authorization: 'Bearer of-the-operator' })).status).toBe(200)
    expect((await app.get('/v1/daemon/connections', { authorization: 'Bearer ocb_1' })).status).toBe(200)
    expect((await send(app, 'POST', '/v1/daemon/keys', { name: 'more' }, { authorization: 'Bearer ocb_1' })).status).toBe(403)
  })

  test('is no page but the daemon’s own', async () => {
    const app = testApp()
    const page = await app.get('/ui', { host: '127.0.0.1:4141' })
    const setCookie = page.headers.get('set-cookie') ?? ''
    expect(setCookie).toMatch(/^ocb-page-4141=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const cookie = setCookie.split(';')[0]!
    const from = async (headers: Record<string, string>) => (await app.get('/v1/daemon/log', { host: '127.0.0.1:4141', ...headers })).status
    expect(await from({})).toBe(200)
    expect(await from({ 'sec-fetch-site': 'same-origin', cookie })).toBe(200)
    expect(await from({ 'sec-fetch-site': 'same-origin', cookie: `other=1; ${cookie}`, origin: 'http://127.0.0.1:4141' })).toBe(200)
    expect(await from({ 'sec-fetch-site': 'none' })).toBe(200)
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-origin', cookie: 'ocb-page-4141=guess' },
      { 'sec-fetch-site': 'same-site', cookie },
      { 'sec-fetch-site': 'same-site', cookie, origin: 'http://127.0.0.1:3000' },
      { cookie, origin: 'http://localhost:4141' },
      { cookie, origin: 'null' },
      { cookie, 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) expect(await from(headers), JSON.stringify(headers)).toBe(403)
    expect(await from({ host: 'rebound.example', cookie })).toBe(403)
  })
})

describe('connections', () => {
  test('are the settings of each tool, with the address by which the daemon was asked', async () => {
    const app = testApp()
    const { data, needs_key } = await json(app.get('/v1/daemon/connections?model=openai/gpt-5', { host: '127.0.0.1:9' }))
    expect(needs_key).toBe(false)
    const codex = data.find(({ tool }: any) => tool === 'codex')
    expect(codex).toMatchObject({
      title: 'Codex',
      files: [{ path: '~/.codex/config.toml', settings: expect.stringContaining('base_url = "http://127.0.0.1:9/v1"') }],
    })
    expect(codex.files[0].settings).toContain('openai/gpt-5')
    expect(data.length).toBeGreaterThan(10)
  })

  test('have a key that is made on the spot, where the daemon takes such', async () => {
    const refused = await send(testApp(), 'POST', '/v1/daemon/keys', { name: 'laptop' })
    expect(refused.status).toBe(409)
    const made: string[] = []
    const makeKey = async (name: string) => (made.includes(name) ? undefined : (made.push(name), 'ocb_new'))
    const app = testApp({ managedKeys: true, apiKeys: ['of-the-operator'] }, undefined, undefined, undefined, { makeKey })
    const make = (name: string) => send(app, 'POST', '/v1/daemon/keys', { name }, { authorization: 'Bearer of-the-operator' })
    expect(await json(make('laptop'))).toEqual({ object: 'daemon.key', name: 'laptop', key: 'ocb_new' })
    expect((await make('laptop')).status).toBe(409)
    expect((await make('no spaces')).status).toBe(400)
  })
})

describe('GET / in a browser', () => {
  test('is the dashboard, with nothing of others in it', async () => {
    const app = testApp()
    for (const [path, accept] of [
      ['/', 'text/html,application/xhtml+xml,*/*;q=0.8'],
      ['/ui', '*/*'],
    ] as const) {
      const response = await app.get(path, { accept })
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const policy = response.headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      const html = await response.text()
      expect(html).not.toMatch(/https?:|<style|<script(?![^>]*src=)| on\w+=/)
      let size = html.length
      for (const [, file] of html.matchAll(/(?:src|href)="(\/ui\/[^"]+)"/g)) {
        const asset = await app.get(file!, { 'accept-encoding': 'gzip, br' })
        expect([asset.status, asset.headers.get('content-encoding'), asset.headers.get('cache-control')], file).toEqual([
          200,
          'br',
          expect.stringContaining('immutable'),
        ])
        size += (await asset.arrayBuffer()).byteLength
      }
      expect(size).toBeLessThan(80_000)
    }
    for (const name of ['nothing.js', '..%2f..%2fpackage.json', 'index.html']) expect((await app.get(`/ui/assets/${name}`)).status, name).toBe(404)
  })
})
