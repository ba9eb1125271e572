import { cancelledError } from '../core/errors.ts'
import { Backoff } from './backoff.ts'
import { countStates, uncovered, wanted } from './capacity.ts'
import { timerDelay } from './delay.ts'
import { Load } from './load.ts'
import { Member, type MemberEvents } from './member.ts'
import { WaitQueue } from './queue.ts'
import { acquireTimeoutError, drainingError, queueFullError } from './refusals.ts'
import { nextDeadline, surplus } from './spares.ts'
import type { MemberState, PoolCounters, PoolMember, PoolOptions, PoolResource, PoolSize, PoolStatus } from './types.ts'

export type * from './types.ts'

/**
 * A bounded pool of processes, each used once. There is no `release`: who acquired a resource stops it, and it
 * leaves the pool when it exits.
 *
 * A start that fails is retried at once, for it may be a flake. From the second failure in a row on, every queued
 * request gets the error, and background starts pause: 500 ms, doubling up to 30 s. Until a start succeeds there is
 * only one at a time; a request is reason enough to try one during the pause.
 */
export class Pool<R extends PoolResource> {
  #options: PoolOptions<R>
  readonly #queue: WaitQueue<R>
  /** In the order of creation, so that the first idle one is the oldest. */
  readonly #members = new Set<Member<R>>()
  readonly #backoff = new Backoff()
  readonly #load = new Load()
  readonly #counters: PoolCounters = {
    created: 0,
    acquired: 0,
    waited: 0,
    rejected: 0,
    timedOut: 0,
    failedStarts: 0,
    recycled: 0,
  }
  readonly #events: MemberEvents<R> = {
    onIdle: () => {
      this.#backoff.succeed()
      this.#balance()
    },
    onStartFailed: (error) => {
      this.#countFailure(error)
      this.#balance()
    },
    onStopFailed: (error) => this.#options.onError(error),
    onExited: (member) => {
      if (member.acquiredAt !== undefined) this.#load.record(Date.now() - member.acquiredAt)
      this.#members.delete(member)
      this.#balance()
    },
  }
  #failure = ''
  #phase: 'on-demand' | 'running' | 'ending' = 'on-demand'
  #timer: NodeJS.Timeout | undefined
  #whenEmpty: (() => void)[] = []

  constructor(options: PoolOptions<R>) {
    this.#options = options
    this.#queue = new WaitQueue({
      timeout: options.acquireTimeout,
      timeoutError: () => {
        this.#counters.timedOut++
        return acquireTimeoutError(options.acquireTimeout, this.#retryAfter())
      },
      onAbandoned: () => this.#balance(),
    })
  }

  /** Begins to keep `minIdle` spares; before that, resources are started on demand only. */
  start(): void {
    if (this.#phase === 'on-demand') this.#phase = 'running'
    this.#balance()
  }

  /**
   * Hands out the oldest idle resource, or the next that becomes ready, first come first served. From then on it is
   * the caller's to stop, even if `signal` aborts.
   * @throws BridgeError `bridge_overloaded` (429) at once when the queue is full, or after `acquireTimeout`
   * @throws BridgeError `bridge_draining` (503) after `drain()` or `close()`
   * @throws BridgeError `cancelled` when `signal` aborts
   * @throws what the resource's `ready` or `create` failed with
   */
  async acquire(signal: AbortSignal): Promise<R> {
    if (signal.aborted) throw cancelledError()
    if (this.#ending) throw drainingError()
    this.#expire()
    const [spare] = this.#in('idle')
    if (spare) {
      const resource = this.#handOut(spare)
      // Later, because starting the next one takes milliseconds that this request need not wait for.
      setImmediate(() => this.#balance())
      return resource
    }
    const { maxSize, maxQueue } = this.#options
    if (uncovered(countStates(this.#members), this.#queue.size + 1, maxSize) > maxQueue) {
      this.#counters.rejected++
      throw queueFullError(this.#options, this.#retryAfter())
    }
    this.#counters.waited++
    const resource = this.#queue.wait(signal)
    this.#balance()
    return resource
  }

  /** Another size from now on; of what is there already, nothing that serves or is about to is ended for it. */
  resize({ minIdle, maxSize }: PoolSize): void {
    this.#options = { ...this.#options, minIdle, maxSize }
    this.#balance()
  }

  /** Replaces all starting and idle resources, as after a change of configuration; acquired ones run on. */
  recycle(): void {
    for (const member of [...this.#in('starting'), ...this.#in('idle')]) this.#recycle(member)
    this.#balance()
  }

  status(): PoolStatus {
    const { minIdle, maxSize, maxQueue } = this.#options
    return {
      ...countStates(this.#members),
      queued: this.#queue.size,
      minIdle,
      maxSize,
      maxQueue,
      counters: { ...this.#counters },
      draining: this.#ending,
      suspendedFor: this.#backoff.remaining,
      ...(this.#backoff.failing && { failure: this.#failure }),
    }
  }

  /** All resources that have not exited yet, oldest first. */
  members(): PoolMember<R>[] {
    return Array.from(this.#members, ({ resource, state, since }) => ({ resource, state, since }))
  }

  /** Refuses new requests, stops the spares, and resolves when the acquired and the queued ones have ended. */
  drain(): Promise<void> {
    this.#phase = 'ending'
    return this.#emptied()
  }

  /** Rejects the queue with `bridge_draining`, stops every resource, and resolves when all have exited. */
  close(): Promise<void> {
    this.#phase = 'ending'
    this.#queue.rejectAll(drainingError())
    for (const member of this.#members) void member.stop()
    return this.#emptied()
  }

  get #ending(): boolean {
    return this.#phase === 'ending'
  }

  /** How many spares to keep right now. */
  get #minIdle(): number {
    return this.#phase === 'running' ? this.#options.minIdle : 0
  }

  /** Those in `state`, oldest first. */
  #in(state: MemberState): Member<R>[] {
    return [...this.#members].filter((member) => member.state === state)
  }

  #retryAfter(): number {
    return this.#load.retryAfter(this.#queue.size + 1, this.#options.maxSize)
  }

  #emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve)
      this.#balance()
    })
  }

  /** Brings the pool to what its options and the queue ask for. Every change of state ends here. */
  #balance(): void {
    this.#expire()
    for (const spare of this.#in('idle').slice(0, this.#queue.size)) {
      this.#queue.resolveFirst(this.#handOut(spare))
    }
    this.#trim()
    while (this.#wanted() > 0) this.#create()
    this.#schedule()
    if (this.#ending && this.#members.size === 0 && this.#queue.size === 0) {
      for (const resolve of this.#whenEmpty.splice(0)) resolve()
    }
  }

  #wanted(): number {
    const counts = countStates(this.#members)
    const queued = this.#queue.size
    const count = wanted(counts, queued, { minIdle: this.#minIdle, maxSize: this.#options.maxSize })
    if (!this.#backoff.failing) return count
    if (this.#backoff.remaining > 0 && queued === 0) return 0
    return Math.min(count, 1 - counts.starting)
  }

  /** Replaces the spares that are too old; a pool whose host was asleep must not hand them out first. */
  #expire(): void {
    const now = Date.now()
    for (const spare of this.#in('idle')) if (now >= spare.expiresAt) this.#recycle(spare)
  }

  /** Stops what is more than needed; to be called when no request waits for an idle one. */
  #trim(): void {
    const ending = this.#ending
    for (const spare of surplus(this.#in('idle'), this.#minIdle, ending ? 0 : this.#options.idleTimeout)) {
      void spare.stop()
    }
    if (!ending) return
    for (const member of this.#in('starting').slice(this.#queue.size)) void member.stop()
  }

  /** Wakes up for the next spare that ages out, and at the end of the back-off. */
  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#ending) return
    const now = Date.now()
    const pause = this.#backoff.remaining || Infinity
    const next = Math.min(nextDeadline(this.#in('idle'), this.#minIdle, this.#options.idleTimeout) - now, pause)
    if (next === Infinity) return
    this.#timer = setTimeout(() => this.#balance(), timerDelay(next)).unref()
  }

  #create(): void {
    let resource: R
    try {
      resource = this.#options.create()
    } catch (error) {
      this.#countFailure(error)
      return
    }
    this.#counters.created++
    this.#members.add(new Member(resource, this.#options.maxLifetime, this.#events))
  }

  #countFailure(error: unknown): void {
    this.#counters.failedStarts++
    this.#failure = error instanceof Error ? error.message : String(error)
    this.#backoff.fail()
    if (this.#backoff.failing && this.#queue.size > 0) this.#queue.rejectAll(error)
    else this.#options.onError(error)
  }

  #handOut(member: Member<R>): R {
    member.handOut()
    this.#counters.acquired++
    return member.resource
  }

  #recycle(member: Member<R>): void {
    this.#counters.recycled++
    void member.stop()
  }
}
