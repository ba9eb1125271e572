import { describe, expect, test } from 'vitest'
import { FrameQueue, type News } from '../../../src/engines/frame-queue.ts'
import { ProcessLease } from '../../../src/engines/process-lease.ts'
import { ProviderHealth } from '../../../src/engines/provider-health.ts'
import type { Worker } from '../../../src/engines/worker.ts'
import { TOO_SLOW } from '../../../src/plugin/contract.ts'
import { until } from '../../support/until.ts'

const TIMEOUTS = { firstToken: 60_000, token: 60_000, request: 60_000, client: 60_000 }
const call = { body: '{}', stream: true, headers: {}, conversation: 'x' }
const bytes = (text: string): News => ({ type: 'bytes', request: '1', bytes: Buffer.from(text) })

function lease(timeouts: Partial<typeof TIMEOUTS>, news: News[]): { held: ProcessLease; stops: () => number } {
  const queue = new FrameQueue()
  for (const one of news) queue.push(one)
  let stops = 0
  const worker: Worker = {
    pid: undefined,
    ready: Promise.resolve(),
    exited: new Promise(() => {}),
    exit: new Promise(() => {}),
    stop: async () => {},
    submit: () => queue,
    call: () => queue,
    credit: () => {},
  }
  const held = new ProcessLease({
    place: { resource: worker, fresh: true, wear: () => {}, release: () => void stops++ },
    servedBy: 'run',
    connection: undefined,
    health: new ProviderHealth(0),
    model: 'a/b',
    timeouts: { ...TIMEOUTS, ...timeouts },
    retry: { maxRetries: 0, delay: 1, maxRetryAfter: 1 },
    signal: new AbortController().signal,
    onRetry: () => {},
  })
  return { held, stops: () => stops }
}

const events = (held: ProcessLease) => held.call(call)[Symbol.asyncIterator]()

describe('a place is let go while nobody asks for what comes next', () => {
  test.each<[string, Partial<typeof TIMEOUTS>, object]>([
    ['the client takes nothing', { client: 30 }, { status: 408, code: 'client_too_slow' }],
    ['the time for the whole request is over', { request: 30 }, { status: 504, code: 'timeout' }],
  ])('when %s', async (_name, timeouts, error) => {
    const { held, stops } = lease(timeouts, [bytes('one'), bytes('two')])
    const answer = events(held)
    expect((await answer.next()).value).toMatchObject({ type: 'bytes' })
    await until(() => stops() > 0)
    await expect(answer.next()).rejects.toMatchObject(error)
  })

  test('but not for what the provider takes its time for', async () => {
    const { held, stops } = lease({ client: 20, token: 300 }, [bytes('one')])
    const answer = events(held)
    await answer.next()
    // The client is there, and waits.
    await expect(answer.next()).rejects.toMatchObject({ status: 504, message: expect.stringContaining('The next token') as string })
    expect(stops()).toBeGreaterThan(0)
  })

  test('and no timer of it is left once it was', async () => {
    const { held, stops } = lease({ client: 20, token: 20 }, [bytes('one'), bytes('two')])
    const answer = events(held)
    await answer.next()
    held.release()
    const before = stops()
    await answer.next()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(stops()).toBe(before)
  })
})

test('what ends in the process for the same reason is told as it is', async () => {
  const { held } = lease({}, [bytes('one'), { type: 'error', error: { name: TOO_SLOW, message: 'took it too slowly' } }])
  const answer = events(held)
  await answer.next()
  await expect(answer.next()).rejects.toMatchObject({ status: 408, code: 'client_too_slow', message: 'The client took it too slowly.' })
})

describe('what a session says and nobody takes', () => {
  const text = (length: number): News => ({ type: 'text', delta: 'x'.repeat(length) })
  const { signal } = new AbortController()

  test.each<[string, News]>([
    ['text', text(64 * 1024)],
    ['thoughts', { type: 'reasoning', delta: 'x'.repeat(64 * 1024) }],
    ['calls', { type: 'tool-delta', id: '1', arguments: 'x'.repeat(64 * 1024) }],
    ['very many small pieces', text(1)],
  ])('is kept up to a limit: %s', async (_name, piece) => {
    let full = 0
    const queue = new FrameQueue(() => full++)
    let pushed = 0
    for (; pushed < 1_000_000; pushed++) {
      if (full > 0) break
      queue.push(piece)
    }
    expect(full).toBe(1)
    queue.push(piece)
    expect(full).toBe(1)
    // One expectation for all: a hundred thousand of them would take half a minute.
    let taken = 0
    while (taken < pushed && (await queue.next(signal)) === piece) taken++
    expect(taken).toBe(pushed)
    await expect(queue.next(signal)).rejects.toMatchObject({ status: 408, code: 'client_too_slow' })
  })

  test('is no matter where it is taken', async () => {
    let full = 0
    const queue = new FrameQueue(() => full++)
    for (let index = 0; index < 1_000; index++) {
      queue.push(text(64 * 1024))
      await queue.next(signal)
    }
    expect(full).toBe(0)
  })
})
