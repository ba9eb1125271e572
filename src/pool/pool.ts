import { cancelledError } from '../core/errors.ts'
import { timerDelay } from '../core/timer-delay.ts'
import { Backoff } from './backoff.ts'
import { uncovered, wanted } from './capacity.ts'
import { Inspector } from './inspector.ts'
import { Load } from './load.ts'
import { Member, type MemberEvents } from './member.ts'
import { Members } from './members.ts'
import { WaitQueue } from './queue.ts'
import { isReady } from './readiness.ts'
import { acquireTimeoutError, drainingError, queueFullError } from './refusals.ts'
import { nextDeadline } from './spares.ts'
import { Traffic } from './traffic.ts'
import type { ExitReason, PoolCounters, PoolLease, PoolMember, PoolOptions, PoolResource, PoolShape, PoolStatus } from './types.ts'

export type * from './types.ts'

/** Milliseconds that a request waits for a place in what is there before another process is started for it. */
const PATIENCE = 500

/** Milliseconds from a lease to the start of what takes its place: that blocks for a while, and needs the CPU that a first token waits for. */
const HEAD_START = 50

/**
 * A bounded pool of processes, in which requests get leases. How many at a time and one after the other is the shape's to
 * say; see `Turnover`.
 *
 * A start that fails is retried at once, for it may be a flake. From the second failure in a row on, every queued
 * request gets the error, and background starts pause: 500 ms, doubling up to 30 s. Until a start succeeds there is
 * only one at a time; a request is reason enough to try one during the pause.
 */
export class Pool<R extends PoolResource> {
  #options: PoolOptions<R>
  readonly #queue: WaitQueue<PoolLease<R>>
  readonly #members = new Members<R>()
  readonly #backoff = new Backoff()
  readonly #load = new Load()
  readonly #traffic = new Traffic()
  readonly #inspector: Inspector<R> | undefined
  readonly #counters: PoolCounters = {
    created: 0,
    acquired: 0,
    fresh: 0,
    waited: 0,
    rejected: 0,
    timedOut: 0,
    failedStarts: 0,
    recycled: 0,
  }
  readonly #exits: Record<ExitReason, number> = { used: 0, replaced: 0, unneeded: 0, failed_start: 0, shutdown: 0, lost: 0 }
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
    onReleased: (member, owner, duration) => {
      this.#load.record(duration)
      this.#traffic.note(owner)
      // Later, because the answer is to be told first.
      if (this.#options.turnover === 'each') void member.stop('used')
      else setImmediate(() => this.#balance())
    },
    onExited: (member, cut) => {
      for (const duration of cut) this.#load.record(duration)
      this.#members.delete(member)
      this.#exits[member.endedFor]++
      if (!this.#ending && member.state !== 'stopping') this.#options.onLost?.(member.resource, cut.length)
      this.#balance()
    },
  }
  #failure = ''
  #phase: 'on-demand' | 'running' | 'ending' = 'on-demand'
  #timer: NodeJS.Timeout | undefined
  #later: NodeJS.Timeout | undefined
  #whenEmpty: (() => void)[] = []
  #whenWarm: (() => void)[] = []

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
    if (options.inspect) {
      this.#inspector = new Inspector({
        inspect: options.inspect,
        interval: options.checkInterval,
        members: () => this.#members.current,
        onFault: (member, why) => this.#age(member, why),
      })
    }
  }

  /** Begins to keep `minIdle` of them; before that, resources are started on demand only. */
  start(): void {
    if (this.#phase === 'on-demand') this.#phase = 'running'
    this.#inspector?.start()
    this.#balance()
  }

  /**
   * Gives a place in a resource that is ready, or in the next that becomes so, first come first served. It is the
   * caller's to release, even if `signal` aborts.
   * @param owner who asks; see `Turnover`
   * @throws BridgeError `bridge_overloaded` (429) at once when the queue is full, or after `acquireTimeout`
   * @throws BridgeError `bridge_draining` (503) after `drain()` or `close()`
   * @throws BridgeError `cancelled` when `signal` aborts
   * @throws what the resource's `ready` or `create` failed with
   */
  async acquire(owner: string, signal: AbortSignal): Promise<PoolLease<R>> {
    if (signal.aborted) throw cancelledError()
    if (this.#ending) throw drainingError()
    this.#traffic.note(owner)
    this.#expire()
    const lease = this.#queue.size === 0 ? this.#lease(owner) : undefined
    if (lease) {
      this.#balanceLater()
      return lease
    }
    const { maxSize, capacity, maxQueue } = this.#options
    if (uncovered(this.#members.all, this.#queue.size + 1, this.#options) > maxQueue) {
      this.#counters.rejected++
      throw queueFullError({ maxSize, capacity, maxQueue }, this.#retryAfter())
    }
    this.#counters.waited++
    const place = this.#queue.wait(owner, signal)
    this.#balance()
    return place
  }

  /** Another shape from now on; of what is there already, nothing that serves or is about to is ended for it. */
  reshape({ minIdle, maxSize, capacity, turnover }: PoolShape): void {
    this.#options = { ...this.#options, minIdle, maxSize, capacity, turnover }
    this.#balance()
  }

  /** Replaces all resources, as after a change of configuration; those with leases end with their last one. */
  recycle(): void {
    for (const member of this.#members.all) {
      if (member.leases > 0) member.retiring = this.#options.turnover !== 'each'
      else this.#recycle(member)
    }
    this.#balance()
  }

  status(): PoolStatus {
    const { minIdle, maxSize, capacity, turnover, maxQueue } = this.#options
    return {
      ...this.#members.counts(),
      queued: this.#queue.size,
      minIdle,
      maxSize,
      capacity,
      turnover,
      maxQueue,
      counters: { ...this.#counters },
      exits: { ...this.#exits },
      draining: this.#ending,
      suspendedFor: this.#backoff.remaining,
      ...(this.#backoff.failing && { failure: this.#failure }),
    }
  }

  /** Resolves once requests are served as fast as one may expect, or when it shows that they will not be for now. */
  warmed(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenWarm.push(resolve)
      this.#balance()
    })
  }

  /** All resources that have not exited yet, oldest first. */
  members(): PoolMember<R>[] {
    return this.#members.describe()
  }

  /** Refuses new requests, stops what is idle, and resolves when the leases and the queued ones have ended. */
  drain(): Promise<void> {
    this.#end()
    return this.#emptied()
  }

  /** Rejects the queue with `bridge_draining`, stops every resource, and resolves when all have exited. */
  close(): Promise<void> {
    this.#end()
    this.#queue.rejectAll(drainingError())
    for (const member of this.#members.all) void member.stop('shutdown')
    return this.#emptied()
  }

  #end(): void {
    this.#phase = 'ending'
    this.#inspector?.stop()
  }

  get #ending(): boolean {
    return this.#phase === 'ending'
  }

  /** How many to keep right now. */
  get #minIdle(): number {
    if (this.#phase !== 'running') return 0
    const { turnover, minIdle } = this.#options
    return turnover === 'quiet' && !this.#quiet ? 0 : minIdle
  }

  /** Whether processes may be started and ended without disturbing anybody. */
  get #quiet(): boolean {
    return this.#traffic.quietIn === 0 && this.#queue.size === 0 && this.#members.leases === 0
  }

  #retryAfter(): number {
    const { maxSize, capacity } = this.#options
    return this.#load.retryAfter(this.#queue.size + 1, maxSize * capacity)
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
    for (let owner = this.#queue.firstOwner; owner !== undefined; owner = this.#queue.firstOwner) {
      const lease = this.#lease(owner)
      if (!lease) break
      this.#queue.resolveFirst(lease)
    }
    this.#members.succeed()
    this.#trim()
    while (this.#wanted() > 0) this.#create()
    this.#schedule()
    if (this.#whenWarm.length > 0 && (this.#ending || this.#backoff.failing || isReady(this.status()))) {
      for (const resolve of this.#whenWarm.splice(0)) resolve()
    }
    if (this.#ending && this.#members.size === 0 && this.#queue.size === 0) {
      for (const resolve of this.#whenEmpty.splice(0)) resolve()
    }
  }

  #balanceLater(): void {
    if (this.#later !== undefined) return
    this.#later = setTimeout(() => {
      this.#later = undefined
      this.#balance()
    }, HEAD_START).unref()
  }

  #wanted(): number {
    const members = this.#members.all
    const queued = this.#queue.waitedFor(this.#patience)
    const count = wanted(members, { queued, minIdle: this.#minIdle }, this.#options)
    if (!this.#backoff.failing) return count
    if (this.#backoff.remaining > 0 && this.#queue.size === 0) return 0
    return Math.min(count, 1 - this.#members.counts().starting)
  }

  /** Where there is something to share, its places come free sooner than another process would be there. */
  get #patience(): number {
    return this.#options.turnover !== 'each' && this.#members.canShare ? PATIENCE : 0
  }

  /** Replaces those that are too old; a pool whose host was asleep must not hand out spares of then first. */
  #expire(): void {
    for (const member of this.#members.expired()) {
      if (this.#options.turnover !== 'each') this.#age(member, 'it is old')
      else if (member.leases === 0) this.#recycle(member)
    }
  }

  /** It is used until its successor is there. */
  #age(member: Member<R>, why: string): void {
    if (member.aged || member.retiring) return
    member.aged = true
    this.#counters.recycled++
    this.#options.onReplaced?.(member.resource, why)
    setImmediate(() => this.#balance())
  }

  /** Stops what is more than needed; to be called when no request waits for an idle one. */
  #trim(): void {
    const { turnover, minIdle, idleTimeout, capacity } = this.#options
    if (turnover === 'quiet' && this.#quiet) {
      this.#members.disown(this.#traffic.ownedFor(idleTimeout))
      this.#members.refresh(minIdle)
    }
    if (!this.#ending) return this.#members.trim(this.#minIdle, idleTimeout)
    this.#members.trim(0, 0)
    this.#members.keepStarting(Math.ceil(this.#queue.size / capacity))
  }

  /** Wakes up for the next one that ages out, for the end of the back-off or of the traffic, and for who has waited too long. */
  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#ending) return
    const { turnover, idleTimeout } = this.#options
    const { current } = this.#members
    const idle = current.filter(({ state }) => state === 'idle')
    const quietIn = turnover === 'quiet' ? this.#traffic.quietIn : 0
    const next = Math.min(
      nextDeadline(turnover === 'each' ? idle : current, idle, this.#minIdle, idleTimeout) - Date.now(),
      this.#backoff.remaining || Infinity,
      quietIn || Infinity,
      turnover === 'quiet' && this.#quiet ? this.#members.ownedUntil(this.#traffic.ownedFor(idleTimeout)) - Date.now() : Infinity,
      this.#patience > 0 ? this.#queue.untilWaited(PATIENCE) : Infinity,
    )
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

  #lease(owner: string): PoolLease<R> | undefined {
    const lease = this.#members.lease(owner, this.#options)
    if (!lease) return undefined
    this.#counters.acquired++
    if (lease.fresh) this.#counters.fresh++
    return lease
  }

  #recycle(member: Member<R>): void {
    this.#counters.recycled++
    void member.stop('replaced')
  }
}
