import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { fakeClock, fakePool, settle } from './fake.ts'

beforeEach(fakeClock)
afterEach(() => {
  vi.useRealTimers()
})

const broken = new Error('no such binary')

it('retries the first failure at once, then pauses 500 ms, doubling up to 30 s', async () => {
  const { pool, made, errors } = fakePool()
  pool.start()
  const fail = async () => {
    made.at(-1)?.failToStart(broken)
    await settle()
  }
  await fail()
  expect(made).toHaveLength(2)
  expect(pool.status().suspendedFor).toBe(0)
  for (const pause of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = made.length
    await fail()
    expect(pool.status().suspendedFor).toBe(pause)
    vi.advanceTimersByTime(pause - 1)
    expect(made).toHaveLength(before)
    vi.advanceTimersByTime(1)
    expect(made).toHaveLength(before + 1)
  }
  expect(errors).toEqual(Array(9).fill(broken))
  expect(pool.status().counters.failedStarts).toBe(9)
})

it('recovers with the first success', async () => {
  const { pool, made, at } = fakePool()
  pool.start()
  for (const index of [0, 1]) {
    at(index).failToStart(broken)
    await settle()
  }
  expect(pool.status()).toMatchObject({ suspendedFor: 500, starting: 0 })
  vi.advanceTimersByTime(500)
  at(2).becomeReady()
  await settle()
  expect(pool.status()).toMatchObject({ suspendedFor: 0, idle: 1 })
  // The count began anew: the next failure is a flake again, and costs no pause.
  at(2).exit()
  await settle()
  at(3).failToStart(broken)
  await settle()
  expect(pool.status()).toMatchObject({ suspendedFor: 0, starting: 1 })
  expect(made).toHaveLength(5)
})

it('starts only one at a time until a start succeeds', async () => {
  const { pool, made } = fakePool({ minIdle: 3 })
  pool.start()
  for (const resource of made) resource.failToStart(broken)
  await settle()
  for (const resource of made.slice(3)) resource.failToStart(broken)
  await settle()
  vi.advanceTimersByTime(30_000)
  expect(pool.status().starting).toBe(1)
  made.at(-1)?.becomeReady()
  await settle()
  expect(pool.status()).toMatchObject({ starting: 2, idle: 1 })
})

it('spares a waiting request one flake', async () => {
  const { at, acquire, errors } = fakePool({ minIdle: 0 })
  const waiting = acquire()
  at(0).failToStart(broken)
  await settle()
  at(1).becomeReady()
  expect(await waiting).toBe(at(1))
  expect(errors).toEqual([broken])
})

it('gives the second failure in a row to every waiting request', async () => {
  const { pool, at, acquire, errors } = fakePool({ minIdle: 0, maxSize: 1 })
  const waiting = [acquire(), acquire(), acquire()]
  const outcome = Promise.allSettled(waiting)
  at(0).failToStart(new Error('flake'))
  await settle()
  at(1).failToStart(broken)
  expect(await outcome).toEqual(Array(3).fill({ status: 'rejected', reason: broken }))
  expect(errors).toEqual([new Error('flake')])
  expect(pool.status()).toMatchObject({ queued: 0, suspendedFor: 500 })
})

it('lets a request try one start during the pause, and no more', async () => {
  const { pool, made, at, acquire } = fakePool({ minIdle: 2 })
  pool.start()
  for (const index of [0, 1, 2]) {
    at(index).failToStart(broken)
    await settle()
  }
  expect(pool.status()).toMatchObject({ suspendedFor: 1000, starting: 0 })
  const waiting = [acquire(), acquire()]
  expect(pool.status().starting).toBe(1)
  expect(made).toHaveLength(4)
  made.at(-1)?.becomeReady()
  await settle()
  await waiting[0]
  expect(pool.status()).toMatchObject({ suspendedFor: 0, queued: 1, starting: 3 })
  made.at(-1)?.becomeReady()
  await waiting[1]
})

it('treats a create that throws like a start that fails', async () => {
  const create = vi.fn(() => {
    throw broken
  })
  const { pool, acquire, errors } = fakePool({ create })
  pool.start()
  expect(create).toHaveBeenCalledTimes(2)
  expect(errors).toEqual([broken, broken])
  await expect(acquire()).rejects.toBe(broken)
  expect(pool.status()).toMatchObject({ queued: 0, starting: 0, counters: { created: 0, failedStarts: 3 } })
})

it('treats an exit before ready like a start that fails, and prefers the reason of ready', async () => {
  const { made, at, errors, pool } = fakePool()
  pool.start()
  at(0).exit()
  await settle()
  await new Promise((resolve) => setImmediate(resolve))
  await settle()
  expect(errors).toEqual([new Error('The process ended before it was ready.')])
  expect(made).toHaveLength(2)
  at(1).exit()
  await settle()
  at(1).failToStart(broken)
  await new Promise((resolve) => setImmediate(resolve))
  await settle()
  expect(errors.slice(1)).toEqual([broken])
  expect(pool.status()).toMatchObject({ stopping: 0, starting: 0, suspendedFor: 500 })
})
