import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { until } from '../support/until.ts'
import { type Sandbox, useSandbox } from '../cli/sandbox.ts'
import { plant, setTrap, spring, type Trap } from './hostile-folder.ts'

const KEY = 'the-users-own-secret-key'
const SECRET = 'the diff that nobody may see'

const sandbox = useSandbox()
let box: Sandbox
let trap: Trap
let thief: Server
/** Everything that reached the port that the repository names. */
let stolen: string[]

beforeEach(async () => {
  box = sandbox()
  trap = setTrap()
  stolen = []
  thief = createServer((request, response) => {
    stolen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    request.on('data', (chunk: Buffer) => stolen.push(chunk.toString()))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'ok', pid: 1, instance: 'x', version: '0', data: [], choices: [] }))
  }).listen(0, '127.0.0.1')
  await once(thief, 'listening')
  plant(box.cwd, trap, { port: (thief.address() as AddressInfo).port, binary: join(box.cwd, 'evil') })
  // The user's own word on the port comes before the default, and after what a project could say about it before.
  mkdirSync(join(box.home, 'config', 'opencode-bridge'), { recursive: true })
  writeFileSync(join(box.home, 'config', 'opencode-bridge', 'config.json'), JSON.stringify({ port: await freePort(), apiKeys: [KEY], startTimeout: 60_000 }))
})

afterEach(async () => {
  // Nothing ran and nothing left, whatever the command.
  expect(readdirSync(trap.folder)).toEqual([])
  expect(stolen).toEqual([])
  spring(trap)
  thief.closeAllConnections()
  thief.close()
  await once(thief, 'close')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** As careless as a user may be: the working folder is on the PATH, by its name and by none. */
const careless = (): Record<string, string> => ({ PATH: ['', '.', box.env.PATH].join(delimiter), TMPDIR: box.home })

describe('commands that need no opencode', () => {
  test.each([
    [['status'], exitCodes.notRunning],
    [['status', '--json'], exitCodes.notRunning],
    [['stop'], exitCodes.notRunning],
    [['connect'], exitCodes.ok],
    [['connect', 'env'], exitCodes.ok],
    [['connect', 'codex'], exitCodes.ok],
    [['--help'], exitCodes.ok],
  ])('%j', async (args, code) => {
    const result = await box.run(args, { env: careless() })
    expect(result).toMatchObject({ code })
    expect(result.stdout).not.toContain(KEY)
  })

  test.each(['config', 'state'])('with a relative XDG folder for its %s', async (kind) => {
    const env: Record<string, string> = {
      ...careless(),
      OPENCODE_BRIDGE_API_KEY: KEY,
      ...(kind === 'config' ? { XDG_CONFIG_HOME: 'xdg' } : { XDG_STATE_HOME: 'state' }),
    }
    expect((await box.run(['status'], { env })).code).toBe(exitCodes.notRunning)
  })

  test('say once, and on stderr, what does not count', async () => {
    const { stdout, stderr } = await box.run(['connect', 'env'], { env: careless() })
    const lines = stderr.trimEnd().split('\n')
    expect(new Set(lines).size).toBe(lines.length)
    expect(stderr).toContain('opencode-bridge: opencode-bridge.config.json is not read: it counts for `start` alone\n')
    expect(stderr).toContain('opencode-bridge: opencode-bridge.config.js is not read: code of a project is never run')
    expect(stdout).not.toContain('is not read')
  })
})

describe('commands that run opencode', () => {
  test('ask', async () => {
    const { code, stdout, stderr } = await box.run(['ask', '-m', 'demo/echo', 'a commit message'], { env: careless(), input: SECRET })
    expect({ code, stdout }, stderr).toMatchObject({ code: exitCodes.ok, stdout: expect.stringContaining(SECRET) as string })
  })

  test('chat', { tags: 'long' }, async () => {
    const { code, stdout, stderr } = await box.run(['chat', '-m', 'demo/echo'], { env: careless(), input: `${SECRET}\n/exit\n` })
    expect({ code, stdout }, stderr).toMatchObject({ code: exitCodes.ok, stdout: expect.stringContaining(SECRET) as string })
  })

  test('models', { tags: 'long' }, async () => {
    expect(await box.run(['models'], { env: careless() })).toMatchObject({ code: exitCodes.ok, stdout: expect.stringContaining('demo/echo') as string })
  })

  test('doctor', { tags: 'long' }, async () => {
    const { code, stdout } = await box.run(['doctor'], { env: careless() })
    expect({ code, stdout }).toMatchObject({ code: exitCodes.ok, stdout: expect.stringContaining('(bundled)') as string })
  })

  test('start on engine serve, which takes of the repository what opens nothing', () => expectStart('serve'))
  test('start on engine run as well', { tags: 'long' }, () => expectStart('run'))

  async function expectStart(engine: 'run' | 'serve'): Promise<void> {
    const child = box.start(['start', '--engine', engine], { env: careless() })
    let output = ''
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    await until(() => output.includes('is ready') || child.exitCode !== null, 60_000)
    const url = /is ready: (\S+)\/v1/.exec(output)?.[1]
    expect(url, output).toBeDefined()
    expect(url).not.toContain(String((thief.address() as AddressInfo).port))
    expect(output.match(/are ignored/g)).toHaveLength(1)

    const post = (path: string, key: string, body?: object) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        ...(body && { body: JSON.stringify(body) }),
      })
    expect((await post('/v1/chat/completions', 'a-key-of-the-repository', { messages: [] })).status).toBe(401)
    expect((await post('/v1/chat/completions', KEY, { model: 'demo/echo', messages: [{ role: 'user', content: 'hello' }] })).status).toBe(200)
    // The user's commands find it, by the state file, and prove it, from within the repository.
    expect(await box.run(['ask', '-m', 'demo/echo', SECRET], { env: careless() })).toMatchObject({
      code: exitCodes.ok,
      stdout: expect.stringContaining(SECRET) as string,
    })
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
})

describe('sessions of agents in the repository', () => {
  async function startThere(): Promise<{ post(path: string, body?: object): Promise<Response>; stop(): Promise<void> }> {
    const child = box.start(['start', '--engine', 'serve', '--port', '0'], { env: { ...careless(), OPENCODE_BRIDGE_AGENT_DIRECTORY: box.cwd } })
    let output = ''
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    await until(() => output.includes('is ready') || child.exitCode !== null, 60_000)
    const url = /is ready: (\S+)\/v1/.exec(output)![1]!
    return {
      post: (path, body = {}) =>
        fetch(url + path, { method: 'POST', headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      async stop() {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      },
    }
  }

  test('are refused as long as opencode would run its plugins, and run nothing else of it', { tags: 'long' }, async () => {
    const daemon = await startThere()
    const refused = await daemon.post('/session')
    expect({ status: refused.status, text: await refused.text() }).toMatchObject({ status: 403, text: expect.stringContaining('.opencode/plugin') as string })

    for (const path of ['.opencode', 'opencode.json']) rmSync(join(box.cwd, path), { recursive: true })
    const created = await daemon.post('/session')
    expect(created.status).toBe(200)
    const session = (await created.json()) as { id: string; directory: string }
    expect(session.directory).toBe(realpathSync(box.cwd))
    expect((await daemon.post(`/session/${session.id}/message`, { parts: [{ type: 'text', text: 'hello' }] })).status).toBe(200)
    await daemon.stop()
  })
})

describe('a folder above that everybody can write, as /tmp', () => {
  const shared = (): string => {
    const folder = join(box.home, 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o1777)
    return folder
  }

  test('cannot lead opencode to other modules', { tags: 'long' }, async () => {
    const folder = shared()
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: { '*': ['./evil.cjs'] } } }))
    writeFileSync(join(folder, 'evil.cjs'), trap.code('tsconfig above').cjs)
    const { code, stdout, stderr } = await box.run(['ask', '-m', 'demo/echo', SECRET], { env: { ...careless(), TMPDIR: folder } })
    expect({ code, stdout }, stderr).toMatchObject({ code: exitCodes.ok, stdout: expect.stringContaining(SECRET) as string })
  })

  test('cannot give it plugins', async () => {
    const folder = shared()
    mkdirSync(join(folder, '.opencode', 'plugin'), { recursive: true })
    writeFileSync(join(folder, '.opencode', 'plugin', 'evil.ts'), trap.code('plugin above').esm)
    const { code, stderr } = await box.run(['ask', '-m', 'demo/echo', SECRET], { env: { ...careless(), TMPDIR: folder } })
    expect({ code, stderr }).toMatchObject({ code: exitCodes.opencodeUnusable, stderr: expect.stringContaining('.opencode') as string })
  })
})
