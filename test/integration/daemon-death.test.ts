import { afterEach, describe, expect, test } from 'vitest'
import { type CliDaemon, startCliDaemon } from '../support/cli-daemon.ts'
import { parseFrames, until } from '../support/bridge.ts'
import { isAlive, processesOf, timeUntilGone, timeUntilNoneOf } from '../support/processes.ts'
import { hang, inTurn, say } from '../support/upstream.ts'

let daemon: CliDaemon

afterEach(() => daemon.dispose())

const messages = [{ role: 'user', content: 'hi' }]
const slowly = (count: number) =>
  say(
    Array.from({ length: count }, (_, index) => `t${index} `),
    { delay: 100 },
  )

describe('a daemon that is killed', () => {
  test('leaves no opencode behind, whether it starts, waits or works', async () => {
    daemon = await startCliDaemon({ OPENCODE_BRIDGE_MAX_SIZE: '6', OPENCODE_BRIDGE_MIN_IDLE: '2' })
    daemon.upstream.answer(inTurn(slowly(1000), hang))
    const send = (stream: boolean) =>
      daemon
        .chat({ messages, stream })
        .then((response) => response.text())
        .catch(() => 'cut off')
    const answers = [send(true), send(false), send(true)]
    await until(async () => daemon.upstream.calls.length === 3 && (await states()).idle === 2, 60_000)
    // Takes one of the two spares, and a process for its place starts.
    answers.push(send(false))
    await until(async () => daemon.upstream.calls.length === 4 && (await states()).starting === 1)
    const before = (await daemon.status()).engine
    expect(before.pool).toMatchObject({ starting: 1, idle: 1, acquired: 4 })
    const pids = before.processes.map(({ pid }: { pid: number }) => pid)
    expect(pids.filter(isAlive)).toHaveLength(6)

    daemon.kill('SIGKILL')
    const gone = await timeUntilGone(pids)
    console.log(`all 6 opencode processes were gone ${gone} ms after the daemon was killed`)
    await timeUntilNoneOf(daemon.home)
    await Promise.all(answers)
  })

  async function states(): Promise<any> {
    return (await daemon.status()).engine.pool
  }
})

describe('a daemon that is asked to stop', () => {
  test('lets the running request end, takes no new one, and exits with 0', async () => {
    daemon = await startCliDaemon()
    await ready()
    daemon.upstream.answer(slowly(20))
    const running = await daemon.chat({ messages, stream: true })
    daemon.kill('SIGTERM')
    await until(() => daemon.output().includes('Stopping'))
    expect(await statusOrRefusal()).toBeOneOf([503, 'refused'])
    expect(daemon.upstream.calls).toHaveLength(1)
    const frames = parseFrames(await running.text())
    expect(frames.at(-1)).toBe('[DONE]')
    expect(frames.filter((frame) => frame.choices?.[0]?.delta.content)).toHaveLength(20)
    expect(await daemon.exit).toEqual({ code: 0, signal: null })
    expect(processesOf(daemon.home)).toEqual([])
  })

  test('twice ends the running request and exits at once', { tags: 'long' }, async () => {
    daemon = await startCliDaemon()
    await ready()
    daemon.upstream.answer(slowly(1000))
    const running = await daemon.chat({ messages, stream: true })
    const text = running.text().catch(() => 'cut off')
    daemon.kill('SIGTERM')
    await until(() => daemon.output().includes('Stopping'))
    const start = Date.now()
    daemon.kill('SIGTERM')
    expect(await daemon.exit).toEqual({ code: 143, signal: null })
    console.log(`the second SIGTERM took ${Date.now() - start} ms`)
    expect(await text).not.toContain('[DONE]')
    await timeUntilNoneOf(daemon.home)
  })

  async function ready(): Promise<void> {
    await until(async () => (await daemon.status()).engine.pool.idle > 0, 60_000)
  }

  /** A client may also try a connection that it kept, and that the daemon has closed. */
  async function statusOrRefusal(): Promise<number | string> {
    try {
      return (await daemon.chat({ messages })).status
    } catch {
      return 'refused'
    }
  }
})
