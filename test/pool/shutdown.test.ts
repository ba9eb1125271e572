import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeClock, fakePool, settle } from './fake.ts'

beforeEach(fakeClock)
afterEach(() => {
  vi.useRealTimers()
})

/** Whether the promise is fulfilled, without waiting for it. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  void promise.then(() => (done = true))
  await settle()
  return done
}

describe('drain', () => {
  it('refuses new requests, serves the queued ones, and stops the spares', async () => {
    const { pool, made, at, acquire } = fakePool({ minIdle: 1, maxSize: 2 })
    pool.start()
    at(0).becomeReady()
    await settle()
    const first = await acquire()
    const second = acquire()
    const third = acquire()
    const drained = pool.drain()
    await expect(acquire()).rejects.toMatchObject({ code: 'bridge_draining', status: 503, retryAfter: 1000 })
    expect(pool.status()).toMatchObject({ draining: true, queued: 2 })
    at(1).becomeReady()
    await (await second).stop()
    await settle()
    at(2).becomeReady()
    await (await third).stop()
    expect(await isDone(drained)).toBe(false)
    first.exit()
    expect(await isDone(drained)).toBe(true)
    expect(made).toHaveLength(3)
    expect(pool.members()).toEqual([])
  })

  it('stops idle and starting spares at once', async () => {
    const { pool, at } = fakePool({ minIdle: 2 })
    pool.start()
    at(0).becomeReady()
    await settle()
    const drained = pool.drain()
    expect([at(0).stops, at(1).stops]).toEqual([1, 1])
    expect(await isDone(drained)).toBe(true)
    expect(await isDone(pool.drain())).toBe(true)
  })

  it('ends when the last queued request goes away', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 0 })
    const controller = new AbortController()
    const waiting = acquire(controller.signal).catch(() => {})
    const drained = pool.drain()
    expect(at(0).stops).toBe(0)
    controller.abort()
    await waiting
    expect(at(0).stops).toBe(1)
    expect(await isDone(drained)).toBe(true)
  })
})

describe('close', () => {
  it('stops everything, rejects the queue, and waits for every exit', async () => {
    const { pool, made, at, acquire } = fakePool({ minIdle: 0, maxSize: 2 })
    const first = acquire()
    at(0).becomeReady()
    await first
    const queued = [acquire(), acquire()]
    at(1).slow = true
    const outcome = Promise.allSettled(queued)
    const closed = pool.close()
    for (const result of await outcome) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'bridge_draining' } })
    }
    expect([at(0).stops, at(1).stops]).toEqual([1, 1])
    expect(await isDone(closed)).toBe(false)
    at(1).exit()
    expect(await isDone(closed)).toBe(true)
    expect(made).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
    await expect(acquire()).rejects.toMatchObject({ code: 'bridge_draining' })
  })

  it('ends a drain, and may be called twice or on an empty pool', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 0 })
    const first = acquire()
    at(0).becomeReady()
    await first
    const drained = pool.drain()
    await Promise.all([pool.close(), pool.close()])
    await drained
    pool.start()
    expect(pool.members()).toEqual([])
    await fakePool().pool.close()
  })

  it('reports a stop that fails to onError', async () => {
    const { pool, at, errors } = fakePool()
    pool.start()
    const failure = new Error('EPERM')
    at(0).stop = () => {
      throw failure
    }
    const closed = pool.close()
    at(0).exit()
    await closed
    expect(errors).toEqual([failure])
  })
})

it('leaves no rejection unhandled, whatever fails after it was given up', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const { pool, made, at, errors } = fakePool({ minIdle: 2 })
  pool.start()
  at(0).failToStart(new Error('flake'))
  at(1).stop = () => Promise.reject(new Error('EPERM'))
  await settle()
  pool.recycle()
  const closed = pool.close()
  for (const resource of made) {
    resource.failToStart(new Error('stopped'))
    resource.exit()
  }
  await closed
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
  expect(errors).toEqual([new Error('flake'), new Error('EPERM')])
})
