import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { gate } from '../support/gate.ts'
import { say, startUpstream } from '../support/upstream.ts'
import { until } from '../support/until.ts'
import { type BareRoot, makeBareRoot, putFile, type Running } from './bare-root.ts'
import { readDockerfile } from './dockerfile.ts'

const KEY = 'a-key-of-the-image'
/** opencode takes over 20 s to start on a machine that is busy with other tests. */
const PATIENT = { OPENCODE_BRIDGE_START_TIMEOUT: '120000' }
const file = readDockerfile(fileURLToPath(new URL('../../scripts/image/Dockerfile', import.meta.url)))
let root: BareRoot
let running: Running | undefined

beforeAll(async () => {
  root = await makeBareRoot(file)
  putFile(root, '/run/secrets/keys', `${KEY}\n`)
})
afterEach(async () => {
  await running?.kill()
  running = undefined
})
afterAll(() => root?.remove())

/** Starts it, and waits until it is ready. */
async function startReady(env: Record<string, string> = {}): Promise<{ url: string; daemon: Running }> {
  const port = String(await freePort())
  const daemon = root.start({ PORT: port, OPENCODE_BRIDGE_API_KEY_FILE: '/run/secrets/keys', ...PATIENT, ...env })
  running = daemon
  const url = `http://127.0.0.1:${port}`
  try {
    await until(async () => daemon.child.exitCode !== null || (await fetch(`${url}/ready`).catch(() => undefined))?.status === 200, 240_000)
    expect(daemon.child.exitCode).toBeNull()
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${daemon.output()}`, { cause: error })
  }
  return { url, daemon }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const ask = (url: string, model: string, stream: boolean) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hello from a container' }] }),
  })

test('without a key it refuses to start, and says what to set', async () => {
  running = root.start({})
  expect(await running.ended).not.toBe(0)
  expect(running.output()).toContain('OPENCODE_BRIDGE_API_KEY')
})

test('a secret may be a file, but not both', async () => {
  running = root.start({ OPENCODE_BRIDGE_SERVER_PASSWORD: 'one-password', OPENCODE_BRIDGE_SERVER_PASSWORD_FILE: '/run/secrets/keys' })
  expect(await running.ended).toBe(2)
  expect(running.output()).toContain('OPENCODE_BRIDGE_SERVER_PASSWORD_FILE are both set')
})

test('answers as user 1000 on a root that can only be read, and its health check is content', async () => {
  const { url, daemon } = await startReady({ OPENCODE_BRIDGE_SERVER_PASSWORD_FILE: '/run/secrets/keys' })
  const answer = await ask(url, 'demo/echo', false)
  expect(answer.status, daemon.output()).toBe(200)
  expect(JSON.stringify(await answer.json())).toContain('You said: hello from a container')
  const byPassword = await fetch(`${url}/v1/models`, { headers: { authorization: `Basic ${btoa(`opencode:${KEY}`)}` } })
  expect(byPassword.status).toBe(200)
  expect((await fetch(`${url}/v1/models`)).status).toBe(401)

  expect(await daemon.beside(file.health)).toMatchObject({ exitCode: 0 })
  expect(await daemon.beside('id -u; touch /app/new /etc/new; touch /data/new /tmp/new && opencode --version')).toMatchObject({
    exitCode: 0,
    all: expect.stringMatching(/^1000\n(.*Read-only file system\n){2}\d+\.\d+\.\d+$/),
  })
})

test('SIGTERM lets a stream in flight end, then it is gone', async () => {
  const upstream = await startUpstream()
  const held = gate()
  const inPieces = say(['one ', 'two'], { after: async (index) => (index === 0 ? held.opened : undefined) })
  // A server of which nobody knows whether it calls tools is asked that first, for a whole answer.
  upstream.answer((call, number) => (call.body.stream ? inPieces : say(['No.']))(call, number))
  try {
    const block = { kind: 'openai', base_url: upstream.url, models: ['slow'] }
    const { url, daemon } = await startReady({ OPENCODE_BRIDGE_PROVIDER: JSON.stringify({ held: block }) })
    const answer = await ask(url, 'held/slow', true)
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('one ')) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`${text}\n${daemon.output()}`)
      text += value
    }
    daemon.signal('SIGTERM')
    await until(() => daemon.output().includes('Stopping once running requests are done'))
    expect(await daemon.beside(file.health)).toMatchObject({ exitCode: 1 })
    held.open()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value
    expect(text).toContain('two')
    expect(text).toContain('[DONE]')
    expect(await daemon.ended).toBe(0)
  } finally {
    held.open()
    await upstream.close()
  }
})
