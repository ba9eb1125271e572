import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { AgentServer, type AgentServerOptions } from '../../../src/opencode/agent-server.ts'
import { toUpstreamError } from '../../../src/opencode/errors.ts'
import type { Installation } from '../../../src/opencode/installation.ts'
import type { OpencodeProcess } from '../../../src/opencode/process.ts'
import { endingOf } from '../../../src/opencode/watched-process.ts'
import { isAlive } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

const SCRIPT = fileURLToPath(new URL('../../fixtures/session-server.js', import.meta.url))

const servers: AgentServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** Something that has no descriptor left for so many starts. */
function installation(faults: number): Pick<Installation, 'spawn' | 'revision' | 'emptyFolder'> {
  let left = faults
  return {
    revision: 0,
    emptyFolder: () => tmpdir(),
    spawn: ({ onLine }) => {
      if (left-- > 0) throw Object.assign(new Error('spawn'), { code: 'EMFILE' })
      const child = spawn(process.execPath, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
      createInterface(child.stdout).on('line', (line) => onLine?.(line))
      const exit = endingOf(child).then((ending) => ({ ...ending, complaint: undefined }))
      const kill = async () => {
        child.kill('SIGKILL')
        await exit
      }
      return { pid: child.pid, spawnedAt: Date.now(), exit, kill, submit: () => {}, command: () => {} } satisfies OpencodeProcess
    },
  }
}

function start(
  options: Partial<AgentServerOptions> = {},
  faults = 0,
): { server: AgentServer; warnings: string[]; say: (text: string) => Promise<unknown>; create: () => Promise<Response> } {
  const warnings: string[] = []
  const server = new AgentServer({
    installation: installation(faults) as Installation,
    directory: undefined,
    permissions: {},
    defaultModel: () => 'a/b',
    plugins: true,
    home: tmpdir(),
    startTimeout: 30_000,
    messageTimeout: 60_000,
    concurrency: 32,
    maxMemory: 4e9,
    log: { warn: (message) => warnings.push(message) },
    ...options,
  })
  servers.push(server)
  return {
    server,
    warnings,
    say: async (text) => (await server.fetch('/session/ses_1/message', { method: 'POST', body: JSON.stringify({ text }) })).json(),
    create: () => server.fetch('/session', { method: 'POST', body: '{}' }),
  }
}

describe('a message of a session', () => {
  test.each(['hang', 'head'])('that nobody answers (%s) ends by itself, and in opencode', async (how) => {
    const { server, say } = start({ messageTimeout: 300 })
    await expect(say(how)).rejects.toMatchObject({ status: 504, code: 'timeout' })
    await until(async () => ((await (await server.fetch('/aborts')).json()) as number) === 1)
    await until(() => server.status()!.answering === 0)
    expect(await say('hello')).toEqual({ text: 'hello' })
  })

  test('that breaks off fails by itself', async () => {
    const { say, server } = start()
    await expect(say('break')).rejects.toThrow()
    expect(await say('hello')).toEqual({ text: 'hello' })
    await until(() => server.status()!.answering === 0)
  })

  test('is refused where as many are answered as may be', async () => {
    const { server, say } = start({ concurrency: 2 })
    const controller = new AbortController()
    const hanging = [1, 2].map(() =>
      server.fetch('/session/ses_1/message', { method: 'POST', body: '{"text":"hang"}', signal: controller.signal }).catch(() => 'left'),
    )
    await until(() => server.status()?.answering === 2)
    await expect(say('hello')).rejects.toMatchObject({ status: 429, code: 'bridge_overloaded' })
    // Other calls go on.
    expect((await server.fetch('/session')).status).toBe(200)
    controller.abort()
    expect(await Promise.all(hanging)).toEqual(['left', 'left'])
    await until(() => server.status()!.answering === 0)
    expect(await say('hello')).toEqual({ text: 'hello' })
  })
})

describe('the server of sessions', () => {
  test('is told of', async () => {
    const { server, create } = start()
    expect(server.status()).toBeUndefined()
    await create()
    await create()
    await server.fetch('/session/ses_1', { method: 'DELETE' })
    expect(server.status()).toMatchObject({ state: 'running', sessions: 1, answering: 0, pid: expect.any(Number) as number })
  })

  test('that is stopped is ended, with the calls that wait for it, and another one started', async () => {
    const { server, warnings, create } = start({ checkInterval: 100 })
    await create()
    const { pid } = server.status()!
    process.kill(pid!, 'SIGSTOP')
    const waiting = [server.fetch('/session'), server.fetch('/session/ses_1/message', { method: 'POST', body: '{"text":"x"}' })]
    for (const call of waiting) await expect(call).rejects.toMatchObject({ status: 502, code: 'process_failed' })
    await until(() => !isAlive(pid!))
    expect(warnings[0]).toContain('does not answer')
    expect((await create()).status).toBe(200)
    expect(server.status()).toMatchObject({ sessions: 1 })
    expect(server.status()!.pid).not.toBe(pid)
  }, 60_000)

  test('takes no more sessions than there may be', async () => {
    const { server, create } = start()
    for (let index = 0; index < 1_000; index++) await create()
    await expect(create()).rejects.toMatchObject({ status: 429, message: expect.stringContaining('1000 sessions') as string })
    await server.fetch('/session/ses_1', { method: 'DELETE' })
    expect((await create()).status).toBe(200)
  }, 60_000)

  test('takes nothing more where it takes too much memory, and is replaced once it is empty', async () => {
    const { server, create, say } = start({ checkInterval: 200, maxMemory: 1 })
    // One that was looked at before its first session is replaced.
    await until(() =>
      create().then(
        () => true,
        () => false,
      ),
    )
    const { pid } = server.status()!
    await until(() => server.status()!.memory !== undefined)
    await expect(create()).rejects.toMatchObject({ status: 503, message: expect.stringContaining('maxWorkerMemory') as string })
    await expect(say('hello')).rejects.toMatchObject({ status: 503 })
    await server.fetch('/session/ses_1', { method: 'DELETE' })
    await until(() => !isAlive(pid!))
    expect((await create()).status).toBe(200)
  })

  test('that the system could not start is started with the next call', async () => {
    const { create } = start({}, 2)
    for (let index = 0; index < 2; index++) await expect(create()).rejects.toMatchObject({ code: 'EMFILE' })
    expect((await create()).status).toBe(200)
  })
})

test.each([
  ['-5', undefined],
  ['5', 5000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
  ['soon', undefined],
])('a pause of %j is one of %j', (retryAfter, expected) => {
  expect(toUpstreamError({ name: 'APIError', message: 'x', status: 429, retryAfter }).retryAfter).toBe(expected)
})
