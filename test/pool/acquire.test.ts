import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeClock, fakePool, pass, settle } from './fake.ts'

beforeEach(fakeClock)
afterEach(() => {
  vi.useRealTimers()
})

describe('acquire', () => {
  it('hands out an idle resource at once, and replenishes when that has had a head start', async () => {
    const { pool, made, at, acquire } = fakePool()
    pool.start()
    at(0).becomeReady()
    await settle()
    expect(await acquire()).toBe(at(0))
    await pass(49)
    expect(made).toHaveLength(1)
    await pass(1)
    expect(made).toHaveLength(2)
    expect(pool.status()).toMatchObject({ acquired: 1, starting: 1, counters: { acquired: 1, waited: 0 } })
  })

  it('hands out the oldest idle resource, whichever became ready first', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 2 })
    pool.start()
    at(1).becomeReady()
    await settle()
    at(0).becomeReady()
    await settle()
    expect(await acquire()).toBe(at(0))
  })

  it('does not hand out one that has exited', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 2 })
    pool.start()
    at(0).becomeReady()
    at(1).becomeReady()
    await settle()
    at(0).exit()
    await settle()
    expect(await acquire()).toBe(at(1))
  })

  it('does not hand out one that exited just before it became ready', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 0 })
    const waiting = acquire()
    at(0).exit()
    await settle()
    at(0).becomeReady()
    await vi.waitFor(() => expect(() => at(1)).not.toThrow())
    at(1).becomeReady()
    expect(await waiting).toBe(at(1))
    expect(pool.status().counters.failedStarts).toBe(1)
  })

  it('serves requests in the order of their arrival', async () => {
    const { made, at, acquire } = fakePool({ minIdle: 0, maxSize: 3 })
    const order: string[] = []
    for (const name of ['a', 'b', 'c']) void acquire().then((resource) => order.push(`${name}${resource.id}`))
    expect(made).toHaveLength(3)
    for (const index of [2, 0, 1]) {
      at(index).becomeReady()
      await settle()
    }
    expect(order).toEqual(['a2', 'b0', 'c1'])
  })

  it('serves on demand before start, without spares', async () => {
    const { made, at, acquire } = fakePool({ minIdle: 2 })
    const waiting = acquire()
    expect(made).toHaveLength(1)
    at(0).becomeReady()
    expect(await waiting).toBe(at(0))
  })

  it('never exceeds maxSize, and counts a stopping resource until it is gone', async () => {
    const { pool, made, at, acquire } = fakePool({ minIdle: 2, maxSize: 2 })
    pool.start()
    const waiting = Array.from({ length: 4 }, () => acquire())
    expect(made).toHaveLength(2)
    at(0).becomeReady()
    at(1).slow = true
    at(1).becomeReady()
    await settle()
    await (await waiting[0])?.stop()
    await settle()
    expect(made).toHaveLength(3)
    void (await waiting[1])?.stop()
    await settle()
    expect(made).toHaveLength(3)
    at(1).exit()
    await settle()
    expect(made).toHaveLength(4)
    const { starting, idle, acquired, stopping } = pool.status()
    expect(starting + idle + acquired + stopping).toBe(2)
  })

  it('holds every invariant over a long random run', async () => {
    const { pool, made, acquire } = fakePool({ minIdle: 2, maxSize: 5, maxQueue: 3 })
    let seed = 7
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
    const handedOut = new Set<number>()
    pool.start()
    for (let step = 0; step < 2000; step++) {
      const resource = made[Math.max(0, made.length - 1 - random(6))]
      const controller = new AbortController()
      const action = random(6)
      if (action === 0) {
        void acquire(controller.signal).then(
          ({ id }) => {
            expect(handedOut).not.toContain(id)
            handedOut.add(id)
          },
          () => {},
        )
        if (random(4) === 0) controller.abort()
      } else if (action === 1) resource?.exit()
      else if (action === 2) resource?.failToStart(new Error('flake'))
      else if (action === 3 && random(20) === 0) pool.recycle()
      else resource?.becomeReady()
      await settle()
      vi.advanceTimersByTime(random(2000))
      await new Promise((resolve) => setImmediate(resolve))
      const status = pool.status()
      expect(status.starting + status.idle + status.acquired + status.stopping).toBeLessThanOrEqual(5)
      expect(pool.members()).toHaveLength(status.starting + status.idle + status.acquired + status.stopping)
      if (status.queued > 0) expect(status.idle).toBe(0)
    }
    expect(handedOut.size).toBe(pool.status().counters.acquired)
    expect(handedOut.size).toBeGreaterThan(50)
    await pool.close()
    expect(pool.members()).toEqual([])
  })
})

describe('overload', () => {
  it('refuses the ninth waiting request at once when maxQueue is 8', async () => {
    const { pool, made, acquire } = fakePool({ minIdle: 0, maxSize: 4, maxQueue: 8 })
    const holders = Array.from({ length: 4 }, () => acquire())
    for (const resource of made) resource.becomeReady()
    await Promise.all(holders)
    const waiting = Array.from({ length: 8 }, () => acquire())
    expect(pool.status().queued).toBe(8)
    await expect(acquire()).rejects.toMatchObject({ code: 'bridge_overloaded', status: 429, retryAfter: 1000 })
    expect(pool.status()).toMatchObject({ queued: 8, counters: { waited: 12, rejected: 1 } })
    void Promise.allSettled(waiting)
    await pool.close()
  })

  it('serves with maxQueue 0 as long as there is capacity', async () => {
    const { made, acquire } = fakePool({ minIdle: 0, maxSize: 2, maxQueue: 0 })
    const served = [acquire(), acquire()]
    await expect(acquire()).rejects.toMatchObject({ code: 'bridge_overloaded' })
    for (const resource of made) resource.becomeReady()
    await Promise.all(served)
  })

  it('estimates retryAfter from how long requests take', async () => {
    const { made, at, acquire } = fakePool({ minIdle: 0, maxSize: 1, maxQueue: 1 })
    const first = acquire()
    at(0).becomeReady()
    await first
    vi.advanceTimersByTime(8000)
    at(0).exit()
    await settle()
    const second = acquire()
    at(1).becomeReady()
    await second
    const third = acquire()
    await expect(acquire()).rejects.toMatchObject({ retryAfter: 16_000 })
    at(1).exit()
    await settle()
    expect(made).toHaveLength(3)
    at(2).becomeReady()
    await third
  })

  it('gives up after acquireTimeout and says how long it waited', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 0, maxSize: 1, acquireTimeout: 5000 })
    const first = acquire()
    at(0).becomeReady()
    await first
    const late = expect(acquire()).rejects.toMatchObject({
      code: 'bridge_overloaded',
      status: 429,
      retryAfter: 1000,
      message: expect.stringContaining('5000 ms'),
    })
    vi.advanceTimersByTime(4999)
    expect(pool.status().queued).toBe(1)
    vi.advanceTimersByTime(1)
    await late
    expect(pool.status()).toMatchObject({ queued: 0, counters: { timedOut: 1, rejected: 0 } })
  })
})

describe('abort', () => {
  it('refuses a signal that has aborted already', async () => {
    const { made, acquire } = fakePool({ minIdle: 0 })
    await expect(acquire(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    expect(made).toHaveLength(0)
  })

  it('leaves the queue, and the next in line is served', async () => {
    const { pool, at, acquire } = fakePool({ minIdle: 0, maxSize: 1 })
    const controller = new AbortController()
    const aborted = expect(acquire(controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
    const next = acquire()
    controller.abort()
    await aborted
    expect(pool.status().queued).toBe(1)
    at(0).becomeReady()
    expect(await next).toBe(at(0))
  })

  it('has no effect once the resource was handed out', async () => {
    const { at, acquire } = fakePool({ minIdle: 0 })
    const controller = new AbortController()
    const waiting = acquire(controller.signal)
    at(0).becomeReady()
    await waiting
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    controller.abort()
    expect(at(0).stops).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
