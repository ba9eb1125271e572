import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LogTail } from '../../src/live/log-tail.ts'
import { type Beat, Pulse, type Topics } from '../../src/live/pulse.ts'

let topics: Topics
let looks: number
let log: LogTail
let pulse: Pulse
const stop = new Set<AbortController>()

beforeEach(() => {
  vi.useFakeTimers()
  topics = { a: 1, b: { c: 2 } }
  looks = 0
  log = new LogTail()
  pulse = new Pulse({
    look: async () => (looks++, { ...topics }),
    log,
    onFault: (error) => {
      throw error
    },
  })
})
afterEach(() => {
  for (const controller of stop) controller.abort()
  stop.clear()
  vi.useRealTimers()
})

/** Somebody who reads as it is told to. */
function follow(after = 0): { next(): Promise<any>; leave(): Promise<unknown>; version: number } {
  const controller = new AbortController()
  stop.add(controller)
  const beats = pulse.follow(after, controller.signal)
  const follower = {
    version: after,
    next: async () => {
      const { done, value } = (await beats.next()) as IteratorResult<Beat, undefined>
      if (done) return undefined
      follower.version = value.version
      return JSON.parse(value.json) as unknown
    },
    leave: async () => {
      controller.abort()
      return beats.next()
    },
  }
  return follower
}

test('tells all at first, and then what has changed', async () => {
  const one = follow()
  expect(await one.next()).toEqual({ a: 1, b: { c: 2 } })
  const next = one.next()
  topics.b = { c: 3 }
  log.add('info', 'hello', 7)
  await vi.advanceTimersByTimeAsync(500)
  expect(await next).toEqual({ b: { c: 3 }, log: [{ number: 1, time: 7, level: 'info', text: 'hello' }] })
})

test('tells twice a second at most, and nothing where nothing changes', async () => {
  const one = follow()
  await one.next()
  let heard: unknown
  void one.next().then((value) => (heard = value))
  await vi.advanceTimersByTimeAsync(5000)
  expect(heard).toBeUndefined()
  for (let change = 0; change < 50; change++) {
    topics.a = change + 100
    await vi.advanceTimersByTimeAsync(5)
  }
  expect(heard).toBeUndefined()
  await vi.advanceTimersByTimeAsync(500)
  expect(heard).toEqual({ a: 149 })
})

test('whoever reads slowly or comes back hears the difference, and no line twice', async () => {
  const one = follow()
  await one.next()
  const version = one.version
  for (let change = 1; change <= 100; change++) {
    topics.a = change
    log.add('info', `line ${change}`, change)
    await vi.advanceTimersByTimeAsync(500)
  }
  const slow = await one.next()
  expect(slow).toMatchObject({ a: 100 })
  expect(slow.log).toHaveLength(100)
  const back = follow(version)
  expect(await back.next()).toEqual(slow)
  const almost = follow(one.version - 1)
  expect((await almost.next()).log.map(({ number }: { number: number }) => number)).toEqual([100])
  expect(await follow(99_999).next()).toMatchObject({ a: 100, b: { c: 2 } })
})

test('looks once for all, and not at all when nobody follows', async () => {
  await vi.advanceTimersByTimeAsync(5000)
  expect(looks).toBe(0)
  const followers = Array.from({ length: 50 }, () => follow())
  await Promise.all(followers.map((follower) => follower.next()))
  const before = looks
  await vi.advanceTimersByTimeAsync(5000)
  expect(looks - before).toBe(10)
  await Promise.all(followers.map((follower) => follower.leave()))
  const after = looks
  await vi.advanceTimersByTimeAsync(5000)
  expect(looks).toBe(after)
})
