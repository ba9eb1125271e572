import { readFileSync, realpathSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { beginCliDaemon, type CliDaemon, startCliDaemon, type StartingDaemon } from '../support/cli-daemon.ts'
import { fakeOpencode } from '../support/fake-opencode.ts'
import { killAll, processesOf, timeUntilNoneOf } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { hang, inTurn, say, stream } from '../support/upstream.ts'

const open: StartingDaemon[] = []
afterEach(async () => {
  // The last one first: it may be in the home of another.
  for (const daemon of open.splice(0).toReversed()) await daemon.dispose()
})

async function start(env: NodeJS.ProcessEnv = {}): Promise<CliDaemon> {
  const daemon = await startCliDaemon(env)
  open.push(daemon)
  return daemon
}

const post = (daemon: CliDaemon, path: string, body: object) =>
  fetch(daemon.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** What runs in a home beside the daemon, by the tasks that the bridge gave. */
function tasksIn({ home, pid }: StartingDaemon): string[] {
  return processesOf(home)
    .filter((other) => other !== pid)
    .flatMap((other) => {
      const environment = environmentOf(other)
      if (environment === '') return []
      if (environment.includes('"reportsModels":true')) return 'asked'
      return /"task":"(\w+)"/.exec(environment)?.[1] ?? 'plain'
    })
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

/** Whatever was running, and however long it had. */
async function expectNothingLeft(daemon: StartingDaemon, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  daemon.kill(signal)
  await daemon.exit
  console.log(`nothing was left ${await timeUntilNoneOf(daemon.home, 10_000)} ms after the daemon was killed`)
}

describe.runIf(process.platform === 'linux')('a daemon that is killed takes with it', { timeout: 180_000 }, () => {
  test('the server of sessions', async () => {
    const daemon = await start({ OPENCODE_BRIDGE_MIN_IDLE: '0' })
    expect((await post(daemon, '/session', {})).status).toBe(200)
    expect(tasksIn(daemon)).toContain('agents')
    await expectNothingLeft(daemon)
  })

  test('one that is only starting', { tags: 'long' }, async () => {
    const daemon = await start({ OPENCODE_BRIDGE_MIN_IDLE: '0' })
    const answer = post(daemon, '/session', {}).catch(() => {})
    await until(() => tasksIn(daemon).includes('agents'))
    await expectNothingLeft(daemon)
    await answer
  })

  test.each([
    ['run', 'once'],
    ['serve', 'resident'],
  ])('a worker of engine %s in its first moment', async (engine, task) => {
    const daemon = await beginCliDaemon({ OPENCODE_BRIDGE_ENGINE: engine })
    open.push(daemon)
    await until(() => tasksIn(daemon).includes(task), 60_000)
    await expectNothingLeft(daemon)
  })

  test('what reads the models', { tags: 'long' }, async () => {
    const daemon = await beginCliDaemon({}, { known: false })
    open.push(daemon)
    await until(() => tasksIn(daemon).includes('asked'), 60_000)
    await expectNothingLeft(daemon)
  })

  test('a request in plain mode', { tags: 'long' }, async () => {
    const daemon = await start({ OPENCODE_BRIDGE_MODE: 'plain' })
    daemon.upstream.answer(hang)
    const answer = daemon.chat({ messages: [{ role: 'user', content: 'hi' }] }).catch(() => {})
    await until(() => daemon.upstream.calls.length === 1, 60_000)
    expect(tasksIn(daemon)).toContain('plain')
    await expectNothingLeft(daemon)
    await answer
  })

  test('an opencode that cares for none of its pipes', { tags: 'long' }, async () => {
    const daemon = await start({ OPENCODE_BIN: fakeOpencode('hangs-after-request') })
    await until(() => tasksIn(daemon).includes('asked'))
    await expectNothingLeft(daemon)
  })

  test('what an agent has started', () => expectAgentsGone('SIGKILL'))
  test('and so does one that is asked to end', { tags: 'long' }, () => expectAgentsGone('SIGTERM'))

  async function expectAgentsGone(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-agent-')))
    try {
      const daemon = await start({
        OPENCODE_BRIDGE_MIN_IDLE: '0',
        OPENCODE_BRIDGE_DRAIN_TIMEOUT: '500',
        OPENCODE_BRIDGE_AGENT_DIRECTORY: directory,
        OPENCODE_BRIDGE_AGENT_PERMISSIONS: '{"bash":"allow"}',
      })
      const call = {
        index: 0,
        id: 'call_1',
        type: 'function',
        function: { name: 'bash', arguments: JSON.stringify({ command: 'sleep 987654', description: 'waits' }) },
      }
      daemon.upstream.answer(inTurn(stream([{ tool_calls: [call] }], { finishReason: 'tool_calls' }), say('done')))
      const { id } = (await (await post(daemon, '/session', { title: 'a test' })).json()) as { id: string }
      const answer = post(daemon, `/session/${id}/message`, { parts: [{ type: 'text', text: 'go' }] }).catch(() => {})
      const sleeps = () => processesOf(daemon.home).some((pid) => commandOf(pid).includes('sleep\x00987654'))
      await until(sleeps, 60_000)
      await expectNothingLeft(daemon, signal)
      await answer
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
})

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

describe.runIf(process.platform === 'linux')('a daemon that starts', { tags: 'long', timeout: 180_000 }, () => {
  test('ends what is left of one whose watchers were killed, too, and nothing else', async () => {
    const first = await start({ OPENCODE_BRIDGE_MIN_IDLE: '0' })
    const other = await start({ OPENCODE_BRIDGE_MIN_IDLE: '0' })
    for (const daemon of [first, other]) expect((await post(daemon, '/session', {})).status).toBe(200)
    const watchers = processesOf(first.home).filter((pid) => commandOf(pid).startsWith('/bin/sh\0'))
    expect(watchers.length).toBeGreaterThan(0)
    killAll(watchers)
    // Its plugin hears of the end by its pipe; a process that is stopped hears nothing.
    const [left] = processesOf(first.home).filter((pid) => pid !== first.pid)
    process.kill(left!, 'SIGSTOP')
    first.kill('SIGKILL')
    await first.exit
    expect(processesOf(first.home)).toEqual([left])

    const next = await startCliDaemon({ OPENCODE_BRIDGE_MIN_IDLE: '0' }, { home: first.home })
    open.push(next)
    await until(() => !processesOf(first.home).includes(left!))
    expect((await fetch(`${other.url}/session`)).status).toBe(200)
    expect(new Set(tasksIn(other))).toEqual(new Set(['agents']))
  })
})
