import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { coreLimit } from '../../src/system/core-dumps.ts'
import { processesOf } from '../support/processes.ts'

/** Tokens from each of the three sources, on their way to the provider through warm processes, and nowhere else. */

/** Every token has it, so that one search finds whichever leaked. */
const PLANTED = 'planted-s3cret'

let folder: string
let server: Server
let bridge: Bridge
/** What the provider heard: whose call, with which credential. */
let heard: { provider: string; token: string | undefined; extra: string | undefined }[] = []
/** What the provider does, by the number of the call since the last test. */
let script: (token: string | undefined, call: number) => { status: number; body?: string; headers?: Record<string, string> } | 'reset' = () => ({ status: 200 })

const file = (name: string) => join(folder, name)
const runs = () => Number(readFileSync(file('runs'), 'utf8'))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-tokens-'))
  writeFileSync(file('token'), `${PLANTED}-file-1`)
  writeFileSync(file('runs'), '0')
  writeFileSync(file('state'), 'ok')
  // Each run prints another token; what the file `state` says goes wrong.
  writeFileSync(
    file('helper'),
    `#!/bin/sh
n=$(($(cat "${folder}/runs") + 1))
echo $n > "${folder}/runs"
case $(cat "${folder}/state") in
  slow) sleep 2; echo "${PLANTED}-command-$n" ;;
  fail) echo "${PLANTED}-out"; echo "${PLANTED}-err" >&2; exit 1 ;;
  garbage) echo "no token: ${PLANTED}-garbage" ;;
  flood) head -c 10000000 /dev/zero | tr '\\0' x; echo "${PLANTED}" ;;
  hang) echo "${PLANTED}"; sleep 60 ;;
  *) echo "${PLANTED}-command-$n" ;;
esac
`,
  )
  chmodSync(file('helper'), 0o755)
  server = createServer(async (request, response) => {
    const provider = request.url!.split('/')[1]!
    const body = await text(request)
    if (request.method === 'GET') return void response.writeHead(404).end()
    const token = request.headers.authorization?.replace('Bearer ', '')
    heard.push({ provider, token, extra: request.headers['x-extra'] as string | undefined })
    const turn = script(token, heard.length)
    if (turn === 'reset') return void response.destroy()
    if (turn.status !== 200) return void response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers }).end(turn.body ?? '{}')
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: JSON.parse(body).model, choices: [{ index: 0, delta, finish_reason }] })}\n\n`
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-ratelimit-remaining-requests': '7' })
    response.end(`${chunk({ role: 'assistant', content: 'fine' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/v1`
  const block = (name: string, more: object) => ({
    kind: 'openai' as const,
    base_url: base(name),
    models: ['m'],
    tool_call_format: 'native' as const,
    max_retries: 2,
    retry_backoff_ms: 1,
    ...more,
  })
  const broken = { command: file('helper'), timeout_ms: 1000 }
  bridge = await startBridge({
    config: {
      engine: 'serve',
      verbose: true,
      database: file('ledger.db'),
      audit: file('audit.jsonl'),
      provider: {
        env: block('env', { api_key_env: 'PLANTED_TOKEN', headers: { 'x-extra': { env: 'PLANTED_HEADER' } } }),
        file: block('file', { api_key_file: file('token') }),
        command: block('command', { auth: { command: file('helper'), args: [`--secret=${PLANTED}-argument`] } }),
        fail: block('fail', { auth: broken }),
        garbage: block('garbage', { auth: broken }),
        flood: block('flood', { auth: broken }),
        hang: block('hang', { auth: broken }),
      },
    },
    env: { PLANTED_TOKEN: `${PLANTED}-env`, PLANTED_HEADER: `${PLANTED}-header` },
    providers: () => ({}),
  })
})
afterAll(async () => {
  await bridge?.close()
  server?.closeAllConnections()
  server?.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  heard = []
  script = () => ({ status: 200 })
  writeFileSync(file('state'), 'ok')
})

const ask = (provider: string, more: object = {}) => bridge.chat({ model: `${provider}/m`, messages: [{ role: 'user', content: 'Hi' }], stream: true, ...more })
const answerOf = async (provider: string, more: object = {}) => contentOf(parseFrames(await (await ask(provider, more)).text()))
const tokens = () => heard.map(({ token }) => token)

test('a variable’s secrets reach the provider, in both headers', async () => {
  expect(await answerOf('env')).toBe('fine')
  expect(heard).toEqual([{ provider: 'env', token: `${PLANTED}-env`, extra: `${PLANTED}-header` }])
})

test('fifty requests at once run a command of two seconds once', async () => {
  writeFileSync(file('state'), 'slow')
  const before = runs()
  const answers = await Promise.all(Array.from({ length: 50 }, () => answerOf('command')))
  expect(new Set(answers)).toEqual(new Set(['fine']))
  expect(runs() - before).toBe(1)
  expect(new Set(tokens()).size).toBe(1)
})

test('a file that is replaced counts for the very next request, in a warm process', async () => {
  await answerOf('file')
  writeFileSync(file('token'), `${PLANTED}-file-2`)
  await answerOf('file')
  expect(tokens()).toEqual([`${PLANTED}-file-1`, `${PLANTED}-file-2`])
})

test('and in the middle of a retry', async () => {
  writeFileSync(file('token'), `${PLANTED}-file-3`)
  script = (_token, call) => {
    if (call > 1) return { status: 200 }
    writeFileSync(file('token'), `${PLANTED}-file-4`)
    return { status: 503 }
  }
  expect(await answerOf('file')).toBe('fine')
  expect(tokens()).toEqual([`${PLANTED}-file-3`, `${PLANTED}-file-4`])
})

test('a 401 runs the command once more, and the call is repeated with what it prints', async () => {
  await answerOf('command')
  const [stale] = tokens()
  heard = []
  const before = runs()
  script = (token) => (token === stale ? { status: 401, body: `{"error":{"message":"expired"}}` } : { status: 200 })
  const body = await (await ask('command')).text()
  expect(contentOf(parseFrames(body))).toBe('fine')
  expect(body).toContain(': retry')
  expect(runs() - before).toBe(1)
  expect(tokens()).toEqual([stale, expect.not.stringContaining(stale!)])
})

test('a second 401 is the client’s', async () => {
  script = () => ({ status: 401, body: '{"error":{"message":"no such key"}}' })
  const response = await ask('command')
  expect(response.status).toBe(401)
  expect((await response.json()).error).toMatchObject({ message: 'no such key' })
  expect(heard).toHaveLength(2)
})

describe('a command that fails is an error that names it:', () => {
  test.each([
    ['fail', 'exited with code 1'],
    ['garbage', 'printed no token'],
    ['flood', 'printed more than 64 kB'],
    ['hang', 'took longer than 1000 ms'],
  ])('%s', async (state, why) => {
    writeFileSync(file('state'), state)
    const response = await ask(state)
    const body = await response.text()
    expect(response.status).toBe(502)
    expect(body).toContain(file('helper'))
    expect(body).toContain(why)
    expect(body).not.toContain(PLANTED)
    expect(heard).toEqual([])
  })
})

test('a session of opencode’s has the token, too, and nobody else', async () => {
  const response = await bridge.chat(
    { model: 'file/m', messages: [{ role: 'user', content: 'Hi' }] },
    { headers: { 'content-type': 'application/json', 'x-bridge-lane': 'session' }, method: 'POST' },
  )
  expect(response.headers.get('x-bridge-lane')).toBe('session')
  expect((await response.json()).choices[0].message.content).toBe('fine')
  expect(tokens()).toEqual([readFileSync(file('token'), 'utf8')])
})

/** Where it is looked for, each by a part of its name; something must be found at every one of them. */
const PLACES = [
  'answers and their headers', // of every source, for every way in which a call can end, and the daemon's own routes
  'log',
  'records',
  'ledger.db', // with its journals
  'audit.jsonl',
  'environ', // of every process that the daemon started
  'cmdline',
  'models.json', // the private folder, the home and the folders for temporary files: every file in them
]

test('no token is anywhere but in its source and in the provider’s call', async () => {
  // Every way in which a call can end, each with every source.
  const turns: Record<string, typeof script> = {
    good: () => ({ status: 200 }),
    refused: () => ({ status: 401, body: '{"error":{"message":"bad key"}}' }),
    limited: () => ({ status: 429, headers: { 'retry-after-ms': '1' } }),
    down: () => ({ status: 503, body: '<html>down</html>' }),
    reset: () => 'reset',
    moved: () => ({ status: 307, headers: { location: 'http://127.0.0.1:9/' } }),
  }
  const said: string[] = []
  for (const turn of Object.values(turns)) {
    for (const provider of ['env', 'file', 'command']) {
      script = turn
      const response = await ask(provider)
      said.push(await response.text(), JSON.stringify([...response.headers]))
    }
  }
  for (const path of ['/status', '/v1/models', '/health', '/provider', '/config/providers']) said.push(await (await fetch(bridge.url + path)).text())
  const pids = processesOf(bridge.home)
  expect(pids.length).toBeGreaterThan(0)
  // What is written beside the answers.
  await expect.poll(async () => (await bridge.status()).ledger).toMatchObject({ pending: 0, lost: 0 })
  await expect.poll(async () => (await bridge.status()).audit).toMatchObject({ pending: 0, lost: 0 })
  const ofBridge = readdirSync(folder).filter((name) => /^(?:ledger|audit)/.test(name))
  const places: Record<string, string> = {
    'answers and their headers': said.join('\n'),
    log: bridge.logged.join('\n'),
    records: JSON.stringify(bridge.records),
    ...Object.fromEntries(ofBridge.map((name) => [file(name), readIfThere(file(name))])),
    ...Object.fromEntries(pids.flatMap((pid) => ['environ', 'cmdline'].map((name) => [`/proc/${pid}/${name}`, readIfThere(`/proc/${pid}/${name}`)]))),
    ...Object.fromEntries(filesIn(bridge.home).map((path) => [path, readIfThere(path)])),
  }
  const names = Object.keys(places).join('\n')
  expect(PLACES.filter((place) => !Object.entries(places).some(([name, held]) => name.includes(place) && held !== ''))).toEqual([])
  expect(names).toContain('ledger.db-wal')
  expect(Object.entries(places).flatMap(([place, held]) => (held.includes(PLANTED) ? [place] : []))).toEqual([])
})

test.runIf(process.platform === 'linux')('nor in a core dump, of which there is none', () => {
  expect([process.pid, ...processesOf(bridge.home)].map((pid) => coreLimit(pid)).filter((limit) => limit !== '0')).toEqual([])
})

function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) return filesIn(inner)
    return entry.isFile() && statSync(inner).size < 32 * 1024 * 1024 ? [inner] : []
  })
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
