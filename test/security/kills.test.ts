import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { beginCliDaemon, type StartingDaemon } from '../support/cli-daemon.ts'
import { Random } from '../support/fuzz/random.ts'
import { timeUntilNoneOf } from '../support/processes.ts'
import { say } from '../support/upstream.ts'

/** How often a daemon is killed, by turns on both engines; `KILLS=100` is the longest run. `KILL_SEED` runs it again. */
const KILLS = Number(process.env.KILLS ?? 4)
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)

/** From its start on: while it reads the models, warms processes, answers, and has nothing to do. Milliseconds. */
const LATEST = 15_000
/** After which nothing may be left. */
const PATIENCE = 10_000

const ENGINES = ['run', 'serve'] as const

/** Keeps it busy in every way, until it is gone. */
async function load(daemon: StartingDaemon, signal: AbortSignal): Promise<void> {
  daemon.upstream.answer(
    say(
      Array.from({ length: 200 }, (_, index) => `t${index} `),
      { delay: 50 },
    ),
  )
  const url = await daemon.ready().catch(() => undefined)
  if (url === undefined) return
  const messages = [{ role: 'user', content: 'hi' }]
  const post = (path: string, body: object) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal }).then((response) =>
      response.text(),
    )
  const again = async (work: () => Promise<unknown>) => {
    while (!signal.aborted) await work().catch(() => sleep(50))
  }
  await Promise.all([
    again(() => post('/v1/chat/completions', { model: 'test/model', messages, stream: true })),
    again(() => post('/v1/messages', { model: 'test/model', messages, max_tokens: 9 })),
    again(async () => {
      const { id } = JSON.parse(await post('/session', { title: 'a test' })) as { id: string }
      await post(`/session/${id}/message`, { parts: [{ type: 'text', text: 'hi' }] })
    }),
  ])
}

/** @returns milliseconds until the last process was gone; undefined where one was left */
async function killAt(engine: string, moment: number): Promise<number | undefined> {
  const daemon = await beginCliDaemon({ OPENCODE_BRIDGE_ENGINE: engine, OPENCODE_BRIDGE_MIN_IDLE: '1', OPENCODE_BRIDGE_MAX_SIZE: '3' })
  const stop = new AbortController()
  const loaded = load(daemon, stop.signal)
  try {
    await sleep(moment)
    daemon.kill('SIGKILL')
    await daemon.exit
    return await timeUntilNoneOf(daemon.home, PATIENCE).catch(() => undefined)
  } finally {
    stop.abort()
    await loaded
    await daemon.dispose()
  }
}

describe.runIf(process.platform === 'linux')('a daemon that is killed at any moment', { tags: 'long' }, () => {
  test(`leaves nothing behind (KILLS=${KILLS}, KILL_SEED=${SEED})`, { timeout: KILLS * 60_000 + 60_000 }, async () => {
    const random = new Random(SEED)
    const kills: { engine: string; moment: number; gone: number | undefined }[] = []
    for (let count = 0; count < KILLS; count++) {
      const engine = ENGINES[count % ENGINES.length]!
      const moment = random.below(LATEST)
      kills.push({ engine, moment, gone: await killAt(engine, moment) })
    }
    for (const engine of ENGINES) {
      const own = kills.filter((kill) => kill.engine === engine)
      const left = own.filter(({ gone }) => gone === undefined)
      console.log(
        `${engine}: ${own.length} kills, ${left.length} with processes left, the last gone after ${Math.max(...own.map(({ gone }) => gone ?? Infinity))} ms at most`,
      )
    }
    expect(kills.filter(({ gone }) => gone === undefined)).toEqual([])
  })
})
