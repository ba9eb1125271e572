import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { AppConfig } from '../../src/server/app-options.ts'
import type { SessionBackend } from '../../src/server/sessions/backend.ts'
import { type TestApp, testApp } from './test-app.ts'

/** Whatever a client proves itself with: what is kept for one is nothing to another. */

const SECRET = 'a-secret-of-32-bytes-for-hs256!!'
const MODEL = 'openai/gpt-5'

let issued = 0
/** Each is another token, though its subject may be the same. */
const token = (subject?: string) =>
  new SignJWT({ jti: String(issued++), ...(subject && { sub: subject }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET))

interface Way {
  config: Partial<AppConfig>
  /** What a client sends, by its number. */
  headers(client: number): Record<string, string> | Promise<Record<string, string>>
  /** The query of Gemini's clients. */
  query?(client: number): string
}

const KEYS = ['key-of-the-first', 'key-of-the-second']
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
const ways: Record<string, Way> = {
  'a bearer key': { config: { apiKeys: KEYS }, headers: (client) => bearer(KEYS[client]!) },
  'x-api-key': { config: { apiKeys: KEYS }, headers: (client) => ({ 'x-api-key': KEYS[client]! }) },
  'x-goog-api-key': { config: { apiKeys: KEYS }, headers: (client) => ({ 'x-goog-api-key': KEYS[client]! }) },
  'a key beside a wrong one': { config: { apiKeys: KEYS }, headers: (client) => ({ ...bearer('unused'), 'x-api-key': KEYS[client]! }) },
  'a token, which is another each time': { config: { jwtSecret: SECRET }, headers: async (client) => bearer(await token(`subject-${client}`)) },
  'a password or a key': {
    config: { serverPassword: 'p', apiKeys: KEYS },
    headers: (client) => (client === 0 ? { authorization: `Basic ${btoa('opencode:p')}` } : bearer(KEYS[0]!)),
  },
  'any key, where none is asked for': { config: {}, headers: (client) => bearer(`anything-${client}`) },
  'a key or none, where none is asked for': { config: {}, headers: (client): Record<string, string> => (client === 0 ? {} : bearer('anything')) },
}

function sessionsOf(): SessionBackend & { made: Record<string, { id: string; parentID?: string }> } {
  const made: Record<string, { id: string; parentID?: string }> = {}
  return {
    made,
    fetch: async (path, init) => {
      if (path === '/session' && init?.method === 'POST') {
        const session = { ...(JSON.parse(String(init.body)) as object), id: `ses_${Object.keys(made).length}` }
        made[session.id] = session
        return Response.json(session)
      }
      if (path === '/session') return Response.json(Object.values(made))
      if (path === '/event')
        return new Response(
          Object.keys(made)
            .map((id) => `data: ${JSON.stringify({ type: 'session.idle', properties: { sessionID: id } })}\n\n`)
            .join('') + 'data: {"type":"server.connected","properties":{}}\n\n',
        )
      const session = made[path.split('/')[2] ?? '']
      return session ? Response.json(session) : Response.json({ name: 'NotFoundError' }, { status: 404 })
    },
  }
}

async function call(
  { app }: TestApp,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ status: number; json: any; text: string }> {
  const response = await app.request(path, { method, headers: { 'content-type': 'application/json', ...headers }, ...(body && { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { status: response.status, text, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined }
}

describe.each(Object.entries(ways))('with %s', (_name, { config, headers }) => {
  test('a conversation', async () => {
    const app = testApp(config)
    const ask = async (client: number, content: string) =>
      (
        await call(
          app,
          'POST',
          '/v1/chat/completions',
          { ...(await headers(client)), 'x-bridge-session': 'same' },
          { model: MODEL, messages: [{ role: 'user', content }] },
        )
      ).status
    expect(await ask(0, 'the first’s secret')).toBe(200)
    expect(await ask(1, 'what was said?')).toBe(200)
    expect(JSON.stringify(app.engine.prompts.at(-1))).not.toContain('secret')
    expect(await ask(0, 'go on')).toBe(200)
    expect(JSON.stringify(app.engine.prompts.at(-1))).toContain('secret')
  })

  test('a response, and its items', async () => {
    const app = testApp(config)
    const { json: response } = await call(app, 'POST', '/v1/responses', await headers(0), { model: MODEL, input: 'the first’s secret' })
    const path = `/v1/responses/${response.id}`
    const item = (await call(app, 'GET', `${path}/input_items`, await headers(0))).json.data[0]
    expect(item.id).toBeDefined()
    const [stranger, owner] = [await headers(1), await headers(0)]
    for (const [method, of] of [
      ['GET', path],
      ['GET', `${path}/input_items`],
      ['POST', `${path}/cancel`],
      ['DELETE', path],
    ] as const) {
      expect((await call(app, method, of, stranger)).status, `${method} ${of}`).toBe(404)
    }
    const goOn = (of: Record<string, string>, more: object) => call(app, 'POST', '/v1/responses', of, { model: MODEL, input: 'go on', ...more })
    expect((await goOn(stranger, { previous_response_id: response.id })).status).toBe(404)
    expect((await goOn(stranger, { input: [{ type: 'item_reference', id: item.id }] })).status).toBe(400)
    expect((await goOn(await headers(0), { previous_response_id: response.id })).status).toBe(200)
    expect((await call(app, 'DELETE', path, owner)).status).toBe(200)
  })

  test('a session, one within it, and their events', async () => {
    const sessions = sessionsOf()
    const app = testApp(config, sessions)
    const begin = async (client: number, body: object = {}) => call(app, 'POST', '/session', await headers(client), body)
    const { json: mine } = await begin(0)
    const { json: theirs } = await begin(1)
    // As opencode begins one for a subagent.
    sessions.made.ses_9 = { id: 'ses_9', parentID: mine.id }
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/message'],
      ['POST', '/abort'],
      ['DELETE', ''],
    ] as const) {
      expect((await call(app, method, `/session/${mine.id}${path}`, await headers(1))).status, method + path).toBe(404)
      expect((await call(app, method, `/session/ses_9${path}`, await headers(1))).status, method + path).toBe(404)
    }
    expect((await call(app, 'POST', `/session/${mine.id}/message`, await headers(1), { content: 'x' })).status).toBe(404)
    expect((await begin(1, { parentID: mine.id })).status).toBe(404)
    expect((await call(app, 'GET', `/session/${mine.id}`, await headers(0))).status).toBe(200)
    const listed = async (client: number) => ((await call(app, 'GET', '/session', await headers(client))).json as { id: string }[]).map(({ id }) => id)
    expect(await listed(0)).toEqual([mine.id, 'ses_9'])
    expect(await listed(1)).toEqual([theirs.id])
    const events = (await call(app, 'GET', '/event', await headers(1))).text
    expect(events).toContain(theirs.id)
    expect(events).toContain('server.connected')
    expect(events).not.toContain(mine.id)
    expect(events).not.toContain('ses_9')
  })
})

test('a key in the URL of Google’s clients is one', async () => {
  const app = testApp({ apiKeys: KEYS })
  const ask = (client: number, text: string) =>
    call(
      app,
      'POST',
      `/v1beta/models/${MODEL}:generateContent?key=${KEYS[client]}`,
      { 'x-bridge-session': 'same' },
      { contents: [{ role: 'user', parts: [{ text }] }] },
    )
  await ask(0, 'the first’s secret')
  expect((await ask(1, 'what was said?')).status).toBe(200)
  expect(JSON.stringify(app.engine.prompts.at(-1))).not.toContain('secret')
  // The same client, by another of its ways.
  await call(
    app,
    'POST',
    '/v1/chat/completions',
    { ...bearer(KEYS[0]!), 'x-bridge-session': 'same' },
    { model: MODEL, messages: [{ role: 'user', content: 'go on' }] },
  )
  expect(JSON.stringify(app.engine.prompts.at(-1))).toContain('secret')
})

test('a token without a subject stands for itself alone', async () => {
  const app = testApp({ jwtSecret: SECRET })
  const { json: response } = await call(app, 'POST', '/v1/responses', bearer(await token()), { model: MODEL, input: 'x' })
  expect((await call(app, 'GET', `/v1/responses/${response.id}`, bearer(await token()))).status).toBe(404)
})
