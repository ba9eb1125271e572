import { vi } from 'vitest'
import { Pool, type PoolOptions, type PoolResource } from '../../src/pool/pool.ts'

/** A resource whose life the test controls. `stop()` exits at once unless `slow` is set. */
export class FakeResource implements PoolResource {
  readonly id: number
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  slow = false
  stops = 0
  becomeReady!: () => void
  failToStart!: (error: unknown) => void
  exit!: () => void

  constructor(id: number) {
    this.id = id
    this.ready = new Promise((resolve, reject) => {
      this.becomeReady = resolve
      this.failToStart = reject
    })
    this.exited = new Promise((resolve) => {
      this.exit = resolve
    })
  }

  stop(): Promise<void> {
    this.stops++
    if (!this.slow) this.exit()
    return this.exited
  }
}

/** A pool of fakes; `made` holds them in order of creation, `errors` what reached `onError`. */
export function fakePool(options: Partial<PoolOptions<FakeResource>> = {}) {
  const made: FakeResource[] = []
  const errors: unknown[] = []
  const pool = new Pool<FakeResource>({
    create: () => {
      const resource = new FakeResource(made.length)
      made.push(resource)
      return resource
    },
    minIdle: 1,
    capacity: 1,
    turnover: 'each',
    maxSize: 4,
    maxQueue: 8,
    acquireTimeout: 10_000,
    idleTimeout: 60_000,
    maxLifetime: 1_000_000,
    onError: (error) => errors.push(error),
    ...options,
  })
  const at = (index: number) => {
    const resource = made[index]
    if (!resource) throw new Error(`only ${made.length} resources were made`)
    return resource
  }
  const acquire = async (signal: AbortSignal = new AbortController().signal) => (await pool.acquire('', signal)).resource
  const lease = (owner = '') => pool.acquire(owner, new AbortController().signal)
  return { pool, made, errors, at, acquire, lease }
}

/** Lets all promises that are settled already, and what waits for the next turn, have their effects. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** Lets fake time pass, and all that it brings. */
export async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms)
  await settle()
}

/** Fakes the clock, but leaves promises and `setImmediate` real. */
export function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
}
