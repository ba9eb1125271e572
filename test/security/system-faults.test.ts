import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parseFrames } from '../support/bridge.ts'
import { type CliDaemon, startCliDaemon } from '../support/cli-daemon.ts'
import { isAlive, killAll } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { say } from '../support/upstream.ts'

const messages = [{ role: 'user', content: 'hi' }]
const can = (command: string, ...args: string[]) => process.platform === 'linux' && spawnSync(command, args).status === 0
const canLimit = can('prlimit', '--version')
const canMount = can('unshare', '-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt')

let daemon: CliDaemon
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await daemon.dispose()
})

const isServed = async () => (await daemon.chat({ messages })).status === 200

/** What serves requests has its own descriptors by then, and gives none back. */
const isAtRest = async () => {
  const { pool } = (await daemon.status()).engine
  return pool.starting + pool.acquired + pool.stopping === 0
}

/** So many descriptors suffice for a process that is started. */
const ENOUGH = 30

/** Opens connections until the daemon takes no more of them, and keeps them. */
async function takeDescriptors(): Promise<Socket[]> {
  const taken = readdirSync(`/proc/${daemon.pid}/fd`).length + ENOUGH
  execFileSync('prlimit', ['--pid', String(daemon.pid), `--nofile=${taken}:${taken}`])
  const port = Number(new URL(daemon.url).port)
  const open = Array.from({ length: ENOUGH + 50 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  sockets.push(...open)
  await until(() => open.filter((socket) => socket.destroyed || socket.readyState === 'closed').length > 20)
  return open.filter((socket) => socket.readyState === 'open')
}

/** The status of the answer to a request on a connection that is there. */
function askOn(socket: Socket): Promise<number> {
  const body = JSON.stringify({ model: 'test/model', messages })
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  return new Promise((resolve) => socket.once('data', (data) => resolve(Number(String(data).split(' ')[1]))))
}

function hasRoom(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}

const configure = (name: string) => {
  const folder = join(daemon.home, '.config', 'opencode')
  mkdirSync(folder, { recursive: true })
  const provider = { name: 'Other', npm: '@ai-sdk/openai-compatible', options: { baseURL: daemon.upstream.url, apiKey: 'x' }, models: { [name]: {} } }
  writeFileSync(join(folder, 'opencode.json'), JSON.stringify({ $schema: 'https://opencode.ai/config.json', provider: { other: provider } }))
}

const knows = async (model: string) => JSON.stringify(await (await fetch(`${daemon.url}/v1/models`)).json()).includes(model)

describe.runIf(canLimit)('a daemon without a free descriptor', { timeout: 240_000 }, () => {
  test('refuses, says so, and serves again, on engine run', () => expectRecovery('run'))
  test('refuses, says so, and serves again, on engine serve', { tags: 'long' }, () => expectRecovery('serve'))

  async function expectRecovery(engine: 'run' | 'serve'): Promise<void> {
    daemon = await startCliDaemon({ OPENCODE_BRIDGE_ENGINE: engine, OPENCODE_BRIDGE_MIN_IDLE: '0', OPENCODE_BRIDGE_ACQUIRE_TIMEOUT: '10000' })
    // A cold start may take longer than that, beside others.
    await until(isServed, 60_000)
    await until(isAtRest, 60_000)
    const { processes } = (await daemon.status()).engine
    const open = await takeDescriptors()
    // Of engine `serve`; the worker has to be started anew.
    killAll(processes.map(({ pid }: { pid: number }) => pid))
    configure('later')
    for (const socket of open.slice(0, 3)) expect(await askOn(socket)).toBeOneOf([200, 429, 502, 503])
    expect(isAlive(daemon.pid)).toBe(true)
    expect(daemon.output()).toContain('no free file descriptor')
    for (const socket of open) socket.destroy()
    await until(isServed, 60_000)
    await until(() => knows('later'), 60_000)
    expect((await daemon.status()).engine.fault).toBeUndefined()
  }
})

/** Ours, or opencode's word for it. */
const FULL = /disk is full|ENOSPC|no space left/i

describe.runIf(canMount)('a daemon on a full disk', { tags: 'long', timeout: 240_000 }, () => {
  /** A disk of its own, which it alone sees. */
  const small = (file: string, args: string[]) => ({
    file: 'unshare',
    args: ['-Urm', 'sh', '-c', 'mkdir -p "$TMPDIR" && mount -t tmpfs -o size=64m,nr_inodes=4000,mode=700 none "$TMPDIR" && exec "$0" "$@"', file, ...args],
  })

  test('reads a changed configuration once there is room', async () => {
    daemon = await startCliDaemon({ TMPDIR: '/mnt', OPENCODE_BRIDGE_MIN_IDLE: '0' }, { within: small })
    expect(await isServed()).toBe(true)
    const disk = `/proc/${daemon.pid}/root/mnt`
    const filler = join(disk, 'filler')
    const { bavail, bsize } = statfsSync(disk)
    mkdirSync(filler)
    writeFileSync(join(filler, 'large'), Buffer.alloc(bavail * bsize))
    // A folder takes no space on such a disk, but a place in its table.
    for (let index = 0; hasRoom(join(filler, String(index))); index++);
    configure('later')
    await until(() => FULL.test(daemon.output()), 30_000)
    expect((await daemon.chat({ messages })).status).toBeOneOf([200, 503])
    expect((await daemon.status()).engine.fault).toMatch(FULL)
    expect(isAlive(daemon.pid)).toBe(true)
    rmSync(filler, { recursive: true })
    await until(() => knows('later'), 60_000)
    await until(isServed, 60_000)
    expect((await daemon.status()).engine.fault).toBeUndefined()
  })
})

describe.runIf(process.platform === 'linux')('a daemon whose private folder is removed', { tags: 'long', timeout: 180_000 }, () => {
  test.each<[string, string[]]>([
    ['as a whole', ['']],
    ['in part', ['models.json', 'cwd', 'config']],
  ])('makes it again (%s)', async (_name, parts) => {
    daemon = await startCliDaemon({ OPENCODE_BRIDGE_MIN_IDLE: '0' })
    const begin = () => fetch(`${daemon.url}/session`, { method: 'POST' })
    expect((await begin()).status).toBe(200)
    const folder = readdirSync(daemon.home).find((name) => name.startsWith('opencode-bridge-'))!
    for (const part of parts) rmSync(join(daemon.home, folder, part), { recursive: true, force: true })
    await until(isServed, 60_000)
    await until(async () => (await begin()).status === 200, 60_000)
  })
})

describe('a daemon with a defect', () => {
  test('says it, lets what runs end, and ends', async () => {
    const defect =
      'import("node:fs").then(({ existsSync }) => setInterval(() => { if (existsSync(process.env.HOME + "/defect")) throw new Error("a defect for the test") }, 50))'
    daemon = await startCliDaemon({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(defect)}` })
    daemon.upstream.answer(
      say(
        Array.from({ length: 20 }, (_, index) => `t${index} `),
        { delay: 100 },
      ),
    )
    const running = await daemon.chat({ messages, stream: true })
    writeFileSync(join(daemon.home, 'defect'), '')
    expect(parseFrames(await running.text()).at(-1)).toBe('[DONE]')
    expect(await daemon.exit).toEqual({ code: 1, signal: null })
    expect(daemon.output()).toContain('a defect for the test')
  })
})

describe('a daemon that is to stop', { tags: 'long' }, () => {
  test('does not wait for those who listen to events', async () => {
    daemon = await startCliDaemon({ OPENCODE_BRIDGE_MIN_IDLE: '0', OPENCODE_BRIDGE_DRAIN_TIMEOUT: '600000' })
    const events = await fetch(`${daemon.url}/event`)
    const reader = events.body!.getReader()
    expect((await reader.read()).done).toBe(false)
    daemon.kill('SIGTERM')
    while (!(await reader.read()).done);
    expect(await daemon.exit).toEqual({ code: 0, signal: null })
  })
})
