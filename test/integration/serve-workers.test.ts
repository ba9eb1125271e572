import { afterEach, expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { chunkFrame } from '../../src/demo/model-server.ts'
import { providerConfig } from '../support/bridge.ts'
import { catalogueEnv } from '../support/catalogue.ts'
import { type ResidentOptions, startEngine, type TestEngine, textOf } from '../support/engine.ts'
import { takePlace } from '../support/place.ts'
import { isAlive } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let bench: TestEngine
/** Lets the answers that have begun end, in the order in which they began. */
let release: (() => void)[]

afterEach(async () => {
  await bench.close()
  await upstream.close()
})

async function start(options: Partial<ResidentOptions>): Promise<void> {
  release = []
  const place = takePlace()
  upstream = await startUpstream(place.port)
  place.keepPort(Number(new URL(upstream.url).port))
  upstream.answer(async ({ response, body }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunkFrame(body.model, { delta: { content: 'begun, ' } }))
    await new Promise<void>((resolve) => release.push(resolve))
    response.end(`${chunkFrame(body.model, { delta: { content: 'ended' } })}${chunkFrame(body.model, { finishReason: 'stop' })}data: [DONE]\n\n`)
  })
  bench = await startEngine(
    'serve',
    { ...catalogueEnv('none'), OPENCODE_CONFIG_CONTENT: providerConfig(upstream.url, { model: {} }) },
    'test/model',
    options,
    place,
  )
}

/** Asks, and returns once the answer has begun. */
async function begin(): Promise<{ answer: Promise<AnswerEvent[]> }> {
  const before = release.length
  const answer = bench.generate({ model: 'test/model', messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] })
  answer.catch(() => {})
  // Whichever comes first: a worker that does not start fails the answer, and says why.
  await Promise.race([answer, until(() => release.length > before, 90_000)])
  return { answer }
}

const workers = async () => (await bench.engine.status()).processes.map(({ pid, state, requests }) => ({ pid, state, requests }))
const loads = async () => (await workers()).map(({ requests }) => requests)
const releaseAll = () => release.forEach((end) => end())

test('a second worker comes when the first is full, requests go to the one with fewest, and a crash fails only its own', async () => {
  await start({ workers: 2, concurrency: 2 })
  const first = await begin()
  const second = await begin()
  expect(await loads()).toEqual([2])
  expect((await bench.engine.status()).ready).toBe(true)
  const third = await begin()
  expect(await loads()).toEqual([2, 1])
  release.shift()!()
  expect(textOf(await first.answer)).toBe('begun, ended')
  release.shift()!()
  expect(textOf(await second.answer)).toBe('begun, ended')
  await until(async () => (await loads()).join() === '0,1')
  const fourth = await begin()
  expect(await loads()).toEqual([1, 1])
  const fifth = await begin()
  expect(await loads()).toEqual([2, 1])
  const sixth = await begin()
  expect(await loads()).toEqual([2, 2])

  const [, crashing] = await workers()
  const queued = bench.generate({ model: 'test/model', messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] })
  await until(async () => (await bench.engine.status()).pool.queued === 1)
  process.kill(crashing!.pid, 'SIGKILL')
  const outcomes = Promise.allSettled([third, fourth, fifth, sixth].map(({ answer }) => answer))
  await until(() => upstream.calls.length === 7)
  releaseAll()
  expect((await outcomes).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
  for (const outcome of await outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'process_failed', status: 502 })
  expect(textOf(await queued)).toBe('begun, ended')
})

test('a worker is replaced because of its age, and what runs in it ends first', { tags: 'long' }, () => expectReplaced({ maxLifetime: 6000 }))
test('and because of its memory', { tags: 'long' }, () => expectReplaced({ maxMemory: 1 }))

async function expectReplaced(options: Partial<ResidentOptions>): Promise<void> {
  await start({ ...options, checkInterval: 200 })
  const { answer } = await begin()
  const [old] = await workers()
  await until(async () => (await workers()).some(({ pid, state }) => pid === old!.pid && state === 'retiring'))
  const next = await begin()
  releaseAll()
  expect(textOf(await answer)).toBe('begun, ended')
  await until(() => !isAlive(old!.pid))
  releaseAll()
  expect(textOf(await next.answer)).toBe('begun, ended')
}

test('a worker that hangs is replaced', { tags: 'long' }, async () => {
  await start({ checkInterval: 200 })
  const { answer } = await begin()
  releaseAll()
  await answer
  const [hung] = await workers()
  process.kill(hung!.pid, 'SIGSTOP')
  await until(() => !isAlive(hung!.pid), 60_000)
  const next = await begin()
  releaseAll()
  expect(textOf(await next.answer)).toBe('begun, ended')
})
