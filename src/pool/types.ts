/** One process, used for one request. */
export interface PoolResource {
  /** Resolves when it may be acquired; rejects when it could not start. */
  readonly ready: Promise<void>
  /** Resolves when it is gone, however that came about. Never rejects. */
  readonly exited: Promise<void>
  /** Ends it; idempotent; resolves when it is gone. */
  stop(): Promise<void>
}

export interface PoolSize {
  /** How many spares to keep started. */
  minIdle: number
  /** How many may exist at once; those which are being stopped count, for they still hold memory. */
  maxSize: number
}

/** Times are in milliseconds. */
export interface PoolOptions<R extends PoolResource> extends PoolSize {
  /** Starts one. A throw counts as a `ready` that rejects. */
  create(): R
  /** How many requests may wait that no starting or startable resource will serve. */
  maxQueue: number
  /** How long a request may wait in the queue. */
  acquireTimeout: number
  /** How long a spare beyond `minIdle` is kept. */
  idleTimeout: number
  /** The age at which a spare is replaced, at most 10 % earlier. */
  maxLifetime: number
  /** Hears of the failures that no caller owns. Must not throw. */
  onError(error: unknown): void
}

/** What a resource is doing. One that has exited is no longer a member. */
export type MemberState = 'starting' | 'idle' | 'acquired' | 'stopping'

export interface PoolMember<R extends PoolResource> {
  resource: R
  state: MemberState
  /** `Date.now()` at its creation. */
  since: number
}

export interface PoolCounters {
  /** Resources that were started. */
  created: number
  /** Resources that were handed out. */
  acquired: number
  /** Requests that found none idle and had to queue. */
  waited: number
  /** Requests that were refused because the queue was full. */
  rejected: number
  /** Requests that waited for `acquireTimeout`. */
  timedOut: number
  /** Resources that did not become ready, those that `create` threw for included. */
  failedStarts: number
  /** Spares that were stopped because of their age or by `recycle()`. */
  recycled: number
}

export interface PoolStatus {
  starting: number
  idle: number
  acquired: number
  stopping: number
  queued: number
  minIdle: number
  maxSize: number
  maxQueue: number
  counters: PoolCounters
  draining: boolean
  /** Milliseconds of back-off left, 0 when none. */
  suspendedFor: number
  /** Why the last starts failed, more than one in a row. */
  failure?: string
}
