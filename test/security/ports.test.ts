import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type CliDaemon, startCliDaemon } from '../support/cli-daemon.ts'
import { processesOf } from '../support/processes.ts'
import { until } from '../support/until.ts'

let daemon: CliDaemon | undefined
afterEach(async () => {
  await daemon?.dispose()
  daemon = undefined
})

interface Listener {
  pid: number
  address: string
  port: number
}

/** The TCP sockets that the daemon and its processes listen on, as the kernel knows them. */
function listeners({ pid, home }: CliDaemon): Listener[] {
  const sockets = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => ({ inode: fields[9]!, address: fields[1]!.split(':')[0]!, port: Number.parseInt(fields[1]!.split(':')[1]!, 16) })),
  )
  return [...new Set([pid, ...processesOf(home)])].flatMap((owner) => {
    const inodes = descriptors(owner)
    return sockets.filter(({ inode }) => inodes.includes(inode)).map(({ address, port }) => ({ pid: owner, address, port }))
  })
}

function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []].flat()
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

/** 127.0.0.1 and ::1, as `/proc/net/tcp` and `tcp6` write them. */
const LOOPBACK = '0100007F'
const LOOPBACKS = new Set([LOOPBACK, '00000000000000000000000001000000'])

const portsOf = (found: readonly Listener[]) => [...new Set(found.map(({ port }) => port))]

/** Of opencode's HTTP API, and what else a server may have beside it. */
const PATHS = [
  '/',
  '/session',
  '/event',
  '/global/event',
  '/global/health',
  '/config',
  '/config/providers',
  '/provider',
  '/doc',
  '/app',
  '/log',
  '/tui/append-prompt',
  '/auth/test',
  '/pty',
  '/file?path=/',
  '/find?pattern=x',
  '/mcp',
  '/agent',
  '/path',
  '/project',
  '/favicon.ico',
  '/index.html',
  '/assets/index.js',
  '/api/session',
  '/..%2f',
  '//session',
  '/%73ession',
  '/session?password=x',
  '/session?auth_token=x',
]

describe.runIf(process.platform === 'linux')('what listens', { timeout: 300_000 }, () => {
  test('on engine serve, with a provider: our port, and opencode’s behind a password', () => expectPorts('serve'))
  test('on engine run as well', { tags: 'long' }, () => expectPorts('run'))

  async function expectPorts(engine: 'run' | 'serve'): Promise<void> {
    daemon = await startCliDaemon({ OPENCODE_BRIDGE_ENGINE: engine })
    expect((await daemon.chat({ messages: [{ role: 'user', content: 'hi' }] })).status).toBe(200)
    expect((await fetch(`${daemon.url}/session`, { method: 'POST' })).status).toBe(200)

    const found = listeners(daemon)
    expect(found.filter(({ address }) => !LOOPBACKS.has(address))).toEqual([])
    // No port of the demo model beside a real provider.
    expect(portsOf(found.filter(({ pid }) => pid === daemon!.pid))).toEqual([Number(new URL(daemon.url).port)])
    const others = found.filter(({ pid }) => pid !== daemon!.pid)
    expect(others.length).toBeGreaterThan(0)
    for (const { port } of others) {
      const answers = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
        await response.body?.cancel()
        return response.status
      }
      for (const path of PATHS) expect(await answers(path), path).toBe(401)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) expect(await answers('/session', { method }), method).toBe(401)
      for (const authorization of [`Basic ${btoa('opencode:')}`, `Basic ${btoa('opencode:opencode')}`, 'Bearer x'])
        expect(await answers('/session', { headers: { authorization } }), authorization).toBe(401)
    }
  }

  test('the demo model’s port, as long as there is nothing else', { tags: 'long' }, async () => {
    daemon = await startCliDaemon({ OPENCODE_CONFIG_CONTENT: '{}' })
    const ours = () => listeners(daemon!).filter(({ pid }) => pid === daemon!.pid)
    expect(portsOf(ours())).toHaveLength(2)
    const demo = ours().find(({ port }) => port !== Number(new URL(daemon!.url).port))!
    expect(demo.address).toBe(LOOPBACK)
    expect((await fetch(`http://127.0.0.1:${demo.port}/v1/chat/completions`, { method: 'POST', body: '{}' })).status).toBe(401)

    const configured = join(daemon.home, '.config', 'opencode')
    mkdirSync(configured, { recursive: true })
    const provider = { name: 'Test', npm: '@ai-sdk/openai-compatible', options: { baseURL: daemon.upstream.url, apiKey: 'x' }, models: { model: {} } }
    writeFileSync(join(configured, 'opencode.json'), JSON.stringify({ $schema: 'https://opencode.ai/config.json', provider: { test: provider } }))
    await until(() => portsOf(ours()).length === 1, 60_000)
    expect((await daemon.chat({ messages: [{ role: 'user', content: 'hi' }] })).status).toBe(200)

    rmSync(join(configured, 'opencode.json'))
    await until(() => portsOf(ours()).length === 2, 60_000)
    await until(async () => (await daemon!.chat({ model: 'demo/echo', messages: [{ role: 'user', content: 'hi' }] })).status === 200, 60_000)
  })
})
