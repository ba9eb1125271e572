import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeClock, fakePool, pass, settle } from './fake.ts'

beforeEach(fakeClock)
afterEach(() => {
  vi.useRealTimers()
})

const QUIET = 10_000

/** A pool whose first resources are ready. */
async function started(options: Parameters<typeof fakePool>[0], ready = 1) {
  const made = fakePool({ capacity: 4, turnover: 'none', ...options })
  made.pool.start()
  for (let index = 0; index < ready; index++) made.at(index).becomeReady()
  await settle()
  return made
}

describe('a pool that keeps its resources', () => {
  it('shares one up to its capacity, and starts another for those that have waited', async () => {
    const { pool, made, at, lease } = await started({ maxSize: 2, capacity: 2 })
    expect([(await lease()).resource, (await lease()).resource]).toEqual([at(0), at(0)])
    const third = lease()
    await settle()
    expect([made.length, pool.status().queued]).toEqual([1, 1])
    await pass(500)
    expect(made).toHaveLength(2)
    at(1).becomeReady()
    expect((await third).resource).toBe(at(1))
  })

  it('gives a place that comes free to the one that waits, without another start', async () => {
    const { made, at, lease } = await started({ capacity: 1 })
    const first = await lease()
    const second = lease()
    first.release()
    first.release()
    expect((await second).resource).toBe(at(0))
    await pass(1000)
    expect([made.length, at(0).stops]).toEqual([1, 0])
  })

  it('takes the one with the fewest leases, and of those the oldest', async () => {
    const { at, lease } = await started({ minIdle: 2, maxSize: 2 }, 2)
    const taken = [await lease(), await lease(), await lease()]
    expect(taken.map(({ resource }) => resource)).toEqual([at(0), at(1), at(0)])
    taken[0]!.release()
    taken[2]!.release()
    expect((await lease()).resource).toBe(at(0))
  })

  it('starts another at once where one is lost, and says how many requests went with it', async () => {
    const onLost = vi.fn()
    const { made, at, lease } = await started({ onLost })
    await lease()
    await lease()
    at(0).exit()
    await settle()
    expect(onLost).toHaveBeenCalledWith(at(0), 2)
    expect(made).toHaveLength(2)
  })

  it('replaces an old one only when its successor is ready, and lets its leases end', async () => {
    const { pool, made, at, lease } = await started({ maxSize: 1, maxLifetime: 60_000 })
    const old = await lease()
    await pass(60_000)
    expect(made).toHaveLength(2)
    expect((await lease()).resource).toBe(at(0))
    at(1).becomeReady()
    await settle()
    expect((await lease()).resource).toBe(at(1))
    expect(pool.members()[0]).toMatchObject({ retiring: true, leases: 2 })
    old.release()
    await settle()
    expect(at(0).stops).toBe(0)
  })

  it('lets an old one go although its successor took longer to start than it may live', async () => {
    const { made, at, lease } = await started({ maxSize: 1, maxLifetime: 60_000 })
    const old = await lease()
    await pass(60_000)
    await pass(60_000)
    at(1).becomeReady()
    await settle()
    expect((await lease()).resource).toBe(at(1))
    old.release()
    await settle()
    expect([made.length, at(0).stops]).toEqual([2, 1])
  })

  it('stops one that is replaced with its last lease', async () => {
    const { at, lease } = await started({ maxSize: 1, maxLifetime: 60_000 })
    const only = await lease()
    await pass(60_000)
    at(1).becomeReady()
    await settle()
    only.release()
    await settle()
    expect([at(0).stops, at(1).stops]).toEqual([1, 0])
  })

  it('hands out none that knows an old configuration', async () => {
    const { pool, at, lease } = await started({ maxSize: 1 })
    const before = await lease()
    pool.recycle()
    const next = lease()
    await settle()
    expect(pool.status().queued).toBe(1)
    at(1).becomeReady()
    expect((await next).resource).toBe(at(1))
    before.release()
    await settle()
    expect(at(0).stops).toBe(1)
  })

  it('replaces one that a look at it found wanting', async () => {
    const inspect = vi.fn(async () => 'it is ill')
    const onReplaced = vi.fn()
    const { made, at } = await started({ maxSize: 1, inspect, checkInterval: 100, onReplaced })
    await pass(100)
    await settle()
    expect(onReplaced).toHaveBeenCalledWith(at(0), 'it is ill')
    expect(made).toHaveLength(2)
    inspect.mockResolvedValue(undefined as never)
    at(1).becomeReady()
    await settle()
    expect([at(0).stops, at(1).stops]).toEqual([1, 0])
  })
})

describe('a pool that refreshes in quiet moments', () => {
  const quiet = { turnover: 'quiet' as const, maxSize: 3 }

  it('gives a fresh one where there is one, and else shares, without a start between requests', async () => {
    const { made, at, lease } = await started({ ...quiet, minIdle: 2 }, 2)
    const first = await lease()
    expect([first.resource, first.fresh]).toEqual([at(0), true])
    first.wear()
    first.release()
    const second = await lease()
    expect([second.resource, second.fresh]).toEqual([at(1), true])
    const third = await lease()
    expect([third.resource, third.fresh]).toEqual([at(0), false])
    second.wear()
    for (const { release } of [second, third]) release()
    for (let turn = 0; turn < 20; turn++) {
      await pass(300)
      const next = await lease()
      expect(next.fresh).toBe(false)
      next.release()
    }
    expect(made).toHaveLength(2)
  })

  it('replaces what is worn once it is quiet, and keeps it until the fresh one is there', async () => {
    const { made, at, lease } = await started({ ...quiet })
    const first = await lease()
    first.wear()
    await pass(QUIET * 2)
    // The request still runs.
    expect(made).toHaveLength(1)
    first.release()
    await pass(QUIET - 1)
    expect(made).toHaveLength(1)
    await pass(1)
    expect([made.length, at(0).stops]).toEqual([2, 0])
    at(1).becomeReady()
    await settle()
    expect(at(0).stops).toBe(1)
    expect(await lease()).toMatchObject({ resource: at(1), fresh: true })
  })

  it('keeps what its only owner has not worn, until it was idle for long', async () => {
    const { made, at, pool, lease } = await started({ ...quiet, idleTimeout: 60_000 })
    for (let question = 0; question < 10; question++) {
      const next = await lease('mine')
      expect([next.resource, next.fresh]).toEqual([at(0), true])
      await pass(5000)
      next.release()
      await pass(50_000)
    }
    await pass(9_999)
    expect([made.length, pool.members()[0]!.worn]).toEqual([1, false])
    await pass(1)
    expect(made).toHaveLength(2)
    at(1).becomeReady()
    await settle()
    expect([at(0).stops, pool.status().idle]).toEqual([1, 1])
  })

  it('has a fresh one for each request where there are several owners', async () => {
    const { made, at, lease, pool } = await started({ ...quiet, idleTimeout: 60_000 })
    const use = async (owner: string) => {
      const place = await lease(owner)
      place.release()
      return place
    }
    expect((await use('mine')).fresh).toBe(true)
    await pass(QUIET)
    // Nobody knew of them.
    expect(await use('theirs')).toMatchObject({ resource: at(0), fresh: false })
    for (let turn = 1; turn < 5; turn++) {
      await pass(QUIET)
      expect(made).toHaveLength(turn + 1)
      at(turn).becomeReady()
      await settle()
      expect(await use(turn % 2 === 0 ? 'mine' : 'theirs')).toMatchObject({ resource: at(turn), fresh: true })
    }
    await pass(QUIET)
    at(5).becomeReady()
    // The others have gone.
    await pass(60_000)
    expect((await use('mine')).resource).toBe(at(5))
    await pass(QUIET)
    expect([made.length, pool.members().length]).toEqual([6, 1])
  })

  it('lets go what only a burst has needed', async () => {
    const { made, at, pool, lease } = await started({ ...quiet, capacity: 1 })
    const [first, second] = [await lease(), lease()]
    await pass(500)
    at(1).becomeReady()
    for (const { release } of [first, await second]) release()
    await pass(QUIET)
    expect([made.length, at(0).stops, at(1).stops, pool.status().idle]).toEqual([2, 1, 0, 1])
  })

  it('gives an owner its own first, and another the next', async () => {
    const { made, at, lease } = await started({ ...quiet, minIdle: 2 }, 2)
    const [mine, theirs] = [await lease('mine'), await lease('theirs')]
    expect([mine.resource, theirs.resource, theirs.fresh]).toEqual([at(0), at(1), true])
    for (const { release } of [mine, theirs]) release()
    const again = [await lease('theirs'), await lease('theirs'), await lease('mine')]
    expect(again.map(({ resource, fresh }) => [resource, fresh])).toEqual([
      [at(1), true],
      [at(0), false],
      [at(0), false],
    ])
    expect(made).toHaveLength(2)
  })

  it('shares the one that is starting rather than start one each', async () => {
    const { made, at, lease, pool } = await started({ ...quiet, capacity: 32 }, 0)
    const leases = Array.from({ length: 40 }, () => lease())
    await settle()
    expect([made.length, pool.status().queued]).toEqual([1, 40])
    at(0).becomeReady()
    for (const { resource } of await Promise.all(leases.slice(0, 32))) expect(resource).toBe(at(0))
  })
})
