import { createOpencodeClient } from '@opencode-ai/sdk'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, parseFrames, PROVIDER_KEY, startBridge, until } from '../support/bridge.ts'
import { fail, hang, say } from '../support/upstream.ts'

const PASSWORD = 'open-sesame-42'
const KEY = 'key-of-the-bridge'
const basic = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` })

let bridge: Bridge
let client: ReturnType<typeof createOpencodeClient>

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 0, apiKeys: [KEY], serverPassword: PASSWORD, aliases: { fast: 'test/model' } } })
  client = createOpencodeClient({ baseUrl: bridge.url, headers: basic('opencode', PASSWORD) })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say(['Hello', ' there']))
})

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }
const call = (path: string, { headers = {}, ...init }: Init = {}) =>
  fetch(bridge.url + path, { ...init, headers: { ...basic('opencode', PASSWORD), ...headers } })
const post = (path: string, body: unknown, init: Init = {}) =>
  call(path, { method: 'POST', body: JSON.stringify(body), ...init, headers: { 'content-type': 'application/json', ...init.headers } })

/** A new session; with a title opencode asks no model for one. */
async function newSession(): Promise<string> {
  const { data } = await client.session.create({ body: { title: 'a test' }, throwOnError: true })
  return data.id
}

const parts = [{ type: 'text' as const, text: 'hi' }]
const textOf = (message: { parts: { type: string; text?: string }[] }) => message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

describe('opencode’s SDK', () => {
  test('creates, lists, renames, reads and deletes a session', async () => {
    const { data: session } = await client.session.create({ throwOnError: true })
    expect(session.id).toMatch(/^ses_/)
    expect((await client.session.list({ throwOnError: true })).data.map(({ id }) => id)).toContain(session.id)
    await client.session.update({ path: { id: session.id }, body: { title: 'renamed' }, throwOnError: true })
    expect((await client.session.get({ path: { id: session.id }, throwOnError: true })).data.title).toBe('renamed')
    expect((await client.session.delete({ path: { id: session.id }, throwOnError: true })).data).toBe(true)
    expect((await client.session.list({ throwOnError: true })).data.map(({ id }) => id)).not.toContain(session.id)
  })

  test('prompts, goes on with the conversation, and reads its messages', async () => {
    const id = await newSession()
    const { data } = await client.session.prompt({ path: { id }, body: { parts, model: { providerID: 'test', modelID: 'model' } }, throwOnError: true })
    expect(textOf(data)).toBe('Hello there')
    expect(data.info).toMatchObject({ role: 'assistant', providerID: 'test', modelID: 'model' })
    // Without a model: the bridge's default, which here is the only one there is.
    await client.session.prompt({ path: { id }, body: { parts: [{ type: 'text', text: 'and now?' }] }, throwOnError: true })
    expect(bridge.upstream.calls).toHaveLength(2)
    expect(bridge.upstream.calls[1]!.body.messages.slice(-3)).toMatchObject([{ role: 'user' }, { role: 'assistant', content: 'Hello there' }, { role: 'user' }])
    const messages = (await client.session.messages({ path: { id }, throwOnError: true })).data
    expect(messages.map(({ info }) => info.role)).toEqual(['user', 'assistant', 'user', 'assistant'])
  })

  test('streams events while it prompts', async () => {
    const id = await newSession()
    bridge.upstream.answer(say(['one ', 'two ', 'three'], { delay: 50 }))
    const listening = new AbortController()
    const { stream } = await client.event.subscribe({ signal: listening.signal })
    const seen: any[] = []
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event)
        if (event.type === 'session.idle' && event.properties.sessionID === id) return
      }
    })()
    await until(() => seen.length > 0)
    await client.session.prompt({ path: { id }, body: { parts }, throwOnError: true })
    await reading
    listening.abort()
    const types = new Set(seen.map(({ type }) => type))
    expect([...types]).toEqual(expect.arrayContaining(['server.connected', 'message.updated', 'message.part.updated', 'session.idle']))
    expect(JSON.stringify(seen)).toContain('one two three')
  })

  test('aborts an answer', async () => {
    const id = await newSession()
    bridge.upstream.answer(hang)
    const answer = client.session.prompt({ path: { id }, body: { parts } })
    await until(() => bridge.upstream.calls.length === 1)
    expect((await client.session.abort({ path: { id }, throwOnError: true })).data).toBe(true)
    expect((await answer).data?.info).toMatchObject({ error: { name: 'MessageAbortedError' } })
    await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
  })

  test('deleting a session ends its answer', async () => {
    const id = await newSession()
    bridge.upstream.answer(hang)
    const answer = client.session.prompt({ path: { id }, body: { parts } })
    await until(() => bridge.upstream.calls.length === 1)
    await client.session.delete({ path: { id }, throwOnError: true })
    await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
    await answer
  })

  test('gets a provider’s error in the message', async () => {
    const id = await newSession()
    bridge.upstream.answer(fail(400, { message: 'no such luck' }))
    const { data } = await client.session.prompt({ path: { id }, body: { parts }, throwOnError: true })
    expect(data.info).toMatchObject({ error: { name: 'APIError', data: { message: expect.stringContaining('no such luck') } } })
  })
})

describe('the Python example of the seed', () => {
  test('one POST without a body, and one whose answer is read by lines', async () => {
    const created = await call('/session', { method: 'POST' })
    expect(created.status).toBe(200)
    const { id } = (await created.json()) as { id: string }
    const response = await post(`/session/${id}/message`, { content: 'Hello, what can you help me with?' })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const events = (await response.text()).split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
    expect(events.length).toBeGreaterThan(3)
    expect(events.at(-1).type).toBe('message.completed')
    expect(textOf(events.at(-1).properties)).toBe('Hello there')
    expect(events.map(({ type }) => type)).toContain('session.idle')
    expect(bridge.upstream.calls.some(({ text }) => text.includes('Hello, what can you help me with?'))).toBe(true)
    // The title, too, comes from the user's model.
    expect(new Set(bridge.upstream.calls.map(({ body }) => body.model))).toEqual(new Set(['model']))
  })

  test('the events come while the model writes', async () => {
    const id = await newSession()
    bridge.upstream.answer(say(['first', ' second', ' third'], { delay: 300 }))
    const response = await post(`/session/${id}/message`, { content: 'hi' })
    let text = ''
    let before: string | undefined
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (before === undefined && text.includes('first')) before = text
    }
    expect(before).not.toContain('third')
    expect(textOf(parseFrames(text).at(-1).properties)).toBe('first second third')
  })

  test('as JSON when that is asked for, and parts as a stream', async () => {
    const id = await newSession()
    const json = await post(`/session/${id}/message`, { content: 'hi', model: 'fast' }, { headers: { accept: 'application/json' } })
    expect(textOf((await json.json()) as never)).toBe('Hello there')
    const stream = await post(`/session/${id}/message`, { parts }, { headers: { accept: 'text/event-stream' } })
    expect(parseFrames(await stream.text()).at(-1)).toMatchObject({ type: 'message.completed' })
  })
})

describe('a client that leaves', () => {
  test.each([
    ['a stream', { content: 'hi' }],
    ['an answer in one piece', { parts }],
  ])('%s aborts the answer', async (_name, body) => {
    const id = await newSession()
    bridge.upstream.answer(
      say(
        Array.from({ length: 200 }, (_, index) => `t${index} `),
        { delay: 100 },
      ),
    )
    const leaving = new AbortController()
    const answer = post(`/session/${id}/message`, body, { signal: leaving.signal }).then((response) => response.text())
    answer.catch(() => {})
    await until(() => bridge.upstream.calls.length === 1)
    await sleep(300)
    const start = Date.now()
    leaving.abort()
    await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
    console.log(`upstream closed ${bridge.upstream.calls[0]!.hungUpAt! - start} ms after the client left`)
    bridge.upstream.answer(say('next'))
    const next = await client.session.prompt({ path: { id }, body: { parts }, throwOnError: true })
    expect(textOf(next.data)).toBe('next')
  })
})

describe('who may call', () => {
  test.each<[string, Record<string, string>, number]>([
    ['the password', basic('opencode', PASSWORD), 200],
    ['a key', { authorization: `Bearer ${KEY}` }, 200],
    ['a key in a header of its own', { 'x-api-key': KEY }, 200],
    ['another user', basic('root', PASSWORD), 401],
    ['a wrong password', basic('opencode', 'open-sesame-43'), 401],
    ['nothing', {}, 401],
  ])('%s', async (_name, headers, status) => {
    for (const path of ['/session', '/provider', '/v1/models']) expect((await fetch(bridge.url + path, { headers })).status).toBe(status)
  })
})

describe('refusals, in OpenAI’s envelope', () => {
  test.each<[string, string, unknown]>([
    ['GET', '/session/ses_unknown', undefined],
    ['GET', '/session/ses_unknown/message', undefined],
    ['PATCH', '/session/ses_unknown', { title: 'x' }],
    ['DELETE', '/session/ses_unknown', undefined],
    ['POST', '/session/ses_unknown/message', { content: 'hi' }],
    ['POST', '/session/ses_unknown/message', { parts }],
    ['GET', '/session/nonsense', undefined],
    ['GET', '/session/..%2Fconfig', undefined],
    ['GET', '/session/%252e%252e', undefined],
    ['GET', '/provider/nobody', undefined],
    ['GET', '/provider/nobody/model', undefined],
    ['GET', '/provider/%25FF', undefined],
  ])('%s %s is 404', async (method, path, body) => {
    const response = await call(path, { method, ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}) })
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String), code: 'not_found' } })
    expect(response.status).toBe(404)
  })

  test.each<[string, object]>([
    ['neither content nor parts', {}],
    ['both', { content: 'hi', parts }],
    ['a file from the disk', { parts: [...parts, { type: 'file', mime: 'text/plain', url: 'file:///etc/passwd' }] }],
    ['a file from the network', { parts: [...parts, { type: 'file', mime: 'image/png', url: 'https://example.com/x.png' }] }],
    ['a subtask', { parts: [{ type: 'subtask', prompt: 'x', description: 'x', agent: 'build' }] }],
    ['an agent that is to be called', { parts: [...parts, { type: 'agent', name: 'general' }] }],
  ])('a message with %s is 400', async (_name, body) => {
    const response = await post(`/session/${await newSession()}/message`, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    expect(bridge.upstream.calls).toEqual([])
  })

  test('a model that does not exist', async () => {
    const response = await post(`/session/${await newSession()}/message`, { content: 'hi', model: 'test/modell' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } })
  })
})

test('the providers never show a key', async () => {
  const texts: string[] = []
  for (const path of ['/provider', '/provider/test', '/provider/test/model']) {
    const response = await call(path)
    expect(response.status).toBe(200)
    texts.push(await response.text())
  }
  expect(JSON.parse(texts[0]!)).toMatchObject({ connected: expect.arrayContaining(['test']) })
  expect(JSON.parse(texts[1]!)).toMatchObject({ id: 'test', models: { model: { id: 'model', providerID: 'test' } } })
  expect(JSON.parse(texts[2]!)).toMatchObject([{ id: 'model' }])
  for (const text of texts) {
    expect(text).not.toContain(PROVIDER_KEY)
    expect(text).not.toMatch(/apiKey|baseURL/)
  }
})

test('the SDK reads the providers', async () => {
  const { data } = await client.provider.list({ throwOnError: true })
  expect(data.all.map(({ id }) => id)).toContain('test')
})

test('POST /api/opencode with an agent leaves no session behind', async () => {
  const before = (await client.session.list({ throwOnError: true })).data.length
  const response = await post('/api/opencode', { prompt: 'hi', agent: 'build' })
  expect(await response.json()).toMatchObject({ success: true, data: { response: 'Hello there' } })
  expect((await client.session.list({ throwOnError: true })).data).toHaveLength(before)
})
