import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { type FakeDaemon, sendJson, useFakeDaemons } from '../cli/fake-daemon.ts'
import { type Result, type Sandbox, useSandbox } from '../cli/sandbox.ts'

const KEY = 'the-users-own-secret-key'
const SECRET = 'the diff that nobody may see'

const sandbox = useSandbox()
const fake = useFakeDaemons()
let box: Sandbox
const servers: Server[] = []

beforeEach(() => {
  box = sandbox()
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

function recordState(daemon: Pick<FakeDaemon, 'port' | 'url' | 'instance' | 'secret'>, more: object = {}): string {
  const path = join(box.home, 'state', 'opencode-bridge', `daemon-${daemon.port}.json`)
  mkdirSync(dirname(path), { recursive: true })
  const { port, url, instance, secret } = daemon
  writeFileSync(path, JSON.stringify({ pid: process.pid, instance, url, port, secret, startedAt: '', version: '0', ...more }), { mode: 0o600 })
  return path
}

/** Runs a command for a user whose daemon is to be on that port. Without a daemon there is none to start either. */
function run(args: string[], port: number): Promise<Result> {
  return box.run(args, { input: SECRET, env: { OPENCODE_BRIDGE_PORT: String(port), OPENCODE_BRIDGE_API_KEY: KEY, OPENCODE_BIN: '/nowhere/opencode' } })
}

const COMMANDS = [['ask', 'a commit message'], ['ask', '--no-stream', '--json', 'x'], ['chat'], ['models'], ['status'], ['status', '--json']]

describe('a stranger gets neither key nor prompt', () => {
  test.each(COMMANDS)('who answers as a daemon, where the user has none: %s %s %s', async (...args) => {
    const stranger = await fake()
    const { code, stderr } = await run(args, stranger.port)
    expect([exitCodes.notRunning, exitCodes.opencodeUnusable]).toContain(code)
    expect(stderr).toContain('is not the daemon that this user started there, so nothing was sent to it')
    expect(stranger.paths.filter((path) => path !== '/health')).toEqual([])
  })

  test.each(COMMANDS)('who took the port of a daemon that is gone: %s %s %s', { tags: 'long' }, async (...args) => {
    const stranger = await fake({ imposter: true })
    recordState(stranger)
    expect((await run(args, stranger.port)).code).not.toBe(exitCodes.ok)
    expect(new Set(stranger.paths)).toEqual(new Set(['/health', '/health/proof']))
    expect(stranger.authorization).toEqual([])
  })

  test('who has the daemon itself answer the challenge', async () => {
    const daemon = await fake()
    const passed: string[] = []
    const relay = createServer(async (request, response) => {
      passed.push(request.url!)
      sendJson(response, await (await fetch(daemon.url + request.url!)).json())
    }).listen(0, '127.0.0.1')
    servers.push(relay)
    await once(relay, 'listening')
    const { port } = relay.address() as AddressInfo
    recordState({ ...daemon, port, url: `http://127.0.0.1:${port}` })
    expect((await run(['ask', 'x'], port)).code).not.toBe(exitCodes.ok)
    expect(passed.some((path) => path.startsWith('/health/proof'))).toBe(true)
    expect(daemon.requests).toEqual([])
  })

  test('who never ends to answer', async () => {
    const endless = createServer((request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1)
      request.once('close', () => clearInterval(timer))
    }).listen(0, '127.0.0.1')
    servers.push(endless)
    await once(endless, 'listening')
    const { port } = endless.address() as AddressInfo
    recordState({ port, url: `http://127.0.0.1:${port}`, instance: 'x', secret: 's'.repeat(43) })
    expect((await run(['status'], port)).code).toBe(exitCodes.notRunning)
  })

  test('on whose word nothing is killed', async () => {
    const bystander = box.stranger()
    const stranger = await fake({ imposter: true, pid: bystander.pid! })
    recordState(stranger, { pid: bystander.pid })
    expect((await run(['stop', '--force'], stranger.port)).stderr).toContain('left alone')
    await sleep(100)
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
  })
})

describe('a state file counts only where nobody else had a hand in it', () => {
  test.each([
    ['that others can write', (path: string) => chmodSync(path, 0o666)],
    ['that others can read', (path: string) => chmodSync(path, 0o644)],
    ...(process.getuid?.() === 0 ? [['of another user', (path: string) => chownSync(path, 65_534, 65_534)] as const] : []),
  ] as const)('one %s', async (_name, spoil) => {
    const stranger = await fake()
    spoil(recordState(stranger))
    expect((await run(['status'], stranger.port)).code).toBe(exitCodes.notRunning)
    expect(stranger.paths).toEqual(['/health'])
  })
})

describe('who may have them', () => {
  test('the daemon of the state file, which proves it', async () => {
    const daemon = await fake({ key: KEY })
    recordState(daemon)
    expect(await run(['ask', 'x'], daemon.port)).toMatchObject({ code: exitCodes.ok, stderr: '' })
    expect(daemon.paths[0]).toBe('/health/proof')
    expect(daemon.authorization).toEqual([`Bearer ${KEY}`])
  })

  test('whoever is on a port that the user names on the command line', async () => {
    const daemon = await fake()
    expect((await box.run(['ask', '--port', String(daemon.port), 'x'])).code).toBe(exitCodes.ok)
    expect(daemon.requests).toHaveLength(1)
  })

  test('but not where a state file tells of another', async () => {
    const stranger = await fake({ imposter: true })
    recordState(stranger)
    const { code, stderr } = await box.run(['ask', '--port', String(stranger.port), 'x'])
    expect({ code, stderr }).toMatchObject({
      code: exitCodes.failure,
      stderr: expect.stringContaining('is not the daemon that this user started there') as string,
    })
    expect(stranger.requests).toEqual([])
  })

  test('and nobody whom an answer names', async () => {
    const thief = await fake()
    const daemon = await fake({ chat: (response) => void response.writeHead(307, { location: `${thief.url}/v1/chat/completions` }).end() })
    recordState(daemon)
    expect((await run(['ask', 'x'], daemon.port)).code).toBe(exitCodes.failure)
    expect(thief.paths).toEqual([])
  })
})
