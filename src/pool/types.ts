/** One process. */
export interface PoolResource {
  /** Resolves when it may be used; rejects when it could not start. */
  readonly ready: Promise<void>
  /** Resolves when it is gone, however that came about. Never rejects. */
  readonly exited: Promise<void>
  /** Ends it; idempotent; resolves when it is gone. */
  stop(): Promise<void>
}

/**
 * How long a process is used:
 * - `each`: for one lease, then it is stopped; those that wait for their one are spares
 * - `none`: for leases side by side and one after the other, until it is old
 * - `quiet`: while there is traffic; in a quiet moment one that is not as good as new is replaced. Those that are go first.
 *   One is as good as new for the only owner that has used it, unless a lease has worn it
 */
export type Turnover = 'each' | 'none' | 'quiet'

export interface PoolShape {
  /** How many to keep started: with turnover `none` in all, else of fresh ones. */
  minIdle: number
  /** How many may exist at once; those which are being stopped count, for they still hold memory. */
  maxSize: number
  /** Leases in one at a time. */
  capacity: number
  turnover: Turnover
}

/** Times are in milliseconds. */
export interface PoolOptions<R extends PoolResource> extends PoolShape {
  /** Starts one. A throw counts as a `ready` that rejects. */
  create(): R
  /** How many requests may wait that no starting or startable resource will serve. */
  maxQueue: number
  /** How long a request may wait in the queue. */
  acquireTimeout: number
  /** How long a spare beyond `minIdle` is kept, and, up to ten minutes, one that was used stays as good as new for its owner. */
  idleTimeout: number
  /** The age at which one is replaced, at most 10 % earlier. */
  maxLifetime: number
  /** Hears of the failures that no caller owns. Must not throw. */
  onError(error: unknown): void
  /** Looks after those that are ready: resolves with why one is to be replaced, if it is. @param idle for how long it has had no lease */
  inspect?(resource: R, idle: number): Promise<string | undefined>
  /** Between two looks. */
  checkInterval?: number
  /** Hears of one that ended by itself, and how many leases it had. */
  onLost?(resource: R, leases: number): void
  /** Hears of one that is replaced, and why. */
  onReplaced?(resource: R, why: string): void
}

/** One request's place in a resource. */
export interface PoolLease<R extends PoolResource> {
  readonly resource: R
  /** Whether the resource was as good as new, and had no other lease. */
  readonly fresh: boolean
  /** From now on, the resource is not as good as new for anybody. */
  wear(): void
  /** Gives the place back. Idempotent. */
  release(): void
}

/**
 * Why one is gone: it had its one lease, it was old, sick or of an earlier configuration, nobody needed it, it did not
 * start, the pool was closed, or it ended by itself.
 */
export type ExitReason = 'used' | 'replaced' | 'unneeded' | 'failed_start' | 'shutdown' | 'lost'

/** What a resource is doing: `idle` is ready and without a lease. One that has exited is no longer a member. */
export type MemberState = 'starting' | 'idle' | 'acquired' | 'stopping'

export interface PoolMember<R extends PoolResource> {
  resource: R
  state: MemberState
  /** `Date.now()` at its creation. */
  since: number
  leases: number
  /** Whether it is not as good as new. */
  worn: boolean
  /** Takes no more leases and ends with its last one. */
  retiring: boolean
}

export interface PoolCounters {
  /** Resources that were started. */
  created: number
  /** Leases that were given. */
  acquired: number
  /** Those among them that had a resource to themselves that was as good as new. */
  fresh: number
  /** Requests that found no place and had to queue. */
  waited: number
  /** Requests that were refused because the queue was full. */
  rejected: number
  /** Requests that waited for `acquireTimeout`. */
  timedOut: number
  /** Resources that did not become ready, those that `create` threw for included. */
  failedStarts: number
  /** Resources that were replaced because of their age, by `recycle()`, or for what `inspect` said. */
  recycled: number
}

export interface PoolStatus {
  /** Resources. */
  starting: number
  /** Those that are ready and have no lease. */
  idle: number
  /** Leases. */
  acquired: number
  /** Resources. */
  stopping: number
  queued: number
  minIdle: number
  maxSize: number
  capacity: number
  turnover: Turnover
  maxQueue: number
  counters: PoolCounters
  /** How many are gone. */
  exits: Record<ExitReason, number>
  draining: boolean
  /** Milliseconds of back-off left, 0 when none. */
  suspendedFor: number
  /** Why the last starts failed, more than one in a row. */
  failure?: string
}
