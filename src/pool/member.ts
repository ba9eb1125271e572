import { expiryOf, type Spare } from './spares.ts'
import type { ExitReason, MemberState, PoolLease, PoolMember, PoolResource } from './types.ts'

/** What befalls a member. */
export interface MemberEvents<R extends PoolResource> {
  onIdle(): void
  /** It could not start and is being stopped. */
  onStartFailed(error: unknown): void
  onStopFailed(error: unknown): void
  /** A lease that it gave an owner ended, after `duration` milliseconds. */
  onReleased(member: Member<R>, owner: string, duration: number): void
  /** Always the last one. @param cut how long those leases had lasted that it ended, in milliseconds */
  onExited(member: Member<R>, cut: number[]): void
}

/** A resource in the pool: `starting`, ready with some leases or none, `stopping`, exited; it may only skip forward. */
export class Member<R extends PoolResource> implements PoolMember<R>, Spare {
  readonly resource: R
  readonly since = Date.now()
  /** From when it is ready, so that one which took longer to start than it may live serves all the same, and can succeed another. */
  expiresAt = Infinity
  idleSince = this.since
  /** Whom it is as good as new for, from its first lease on. */
  owner: string | undefined
  worn = false
  /** To be replaced, and used until its successor is there. */
  aged = false
  retiring = false
  readonly #maxLifetime: number
  readonly #events: MemberEvents<R>
  /** When each lease began, by an object of its own. */
  readonly #leases = new Map<object, number>()
  #phase: 'starting' | 'ready' | 'stopping' = 'starting'
  #endedFor: ExitReason = 'lost'
  #exited = false

  constructor(resource: R, maxLifetime: number, events: MemberEvents<R>) {
    this.resource = resource
    this.#maxLifetime = maxLifetime
    this.#events = events
    resource.ready.then(
      () => this.#started(),
      (error: unknown) => this.#failed(error),
    )
    void this.#awaitExit()
  }

  get state(): MemberState {
    if (this.#phase !== 'ready') return this.#phase
    return this.leases > 0 ? 'acquired' : 'idle'
  }

  get leases(): number {
    return this.#leases.size
  }

  /** Milliseconds without a lease. */
  get idle(): number {
    return this.leases > 0 ? 0 : Date.now() - this.idleSince
  }

  get isReady(): boolean {
    return this.#phase === 'ready' && !this.#exited
  }

  /** Whether it is as good as new for an owner, and nothing runs in it. */
  isFreshFor(owner: string): boolean {
    return !this.worn && this.leases === 0 && (this.owner === undefined || this.owner === owner)
  }

  lease(owner: string): PoolLease<R> {
    const since = Date.now()
    const lease: PoolLease<R> = {
      resource: this.resource,
      fresh: this.isFreshFor(owner),
      wear: () => {
        this.worn = true
      },
      release: () => {
        if (!this.#leases.delete(lease) || this.#exited) return
        this.idleSince = Date.now()
        this.#events.onReleased(this, owner, this.idleSince - since)
      },
    }
    this.owner ??= owner
    if (this.owner !== owner) this.worn = true
    this.#leases.set(lease, since)
    return lease
  }

  /** Why it is gone, once it is. */
  get endedFor(): ExitReason {
    return this.#endedFor
  }

  /** Ends it, whatever its state. */
  async stop(why: ExitReason): Promise<void> {
    if (this.#phase === 'stopping') return
    this.#phase = 'stopping'
    this.#endedFor = why
    try {
      await this.resource.stop()
    } catch (error) {
      this.#events.onStopFailed(error)
    }
  }

  #started(): void {
    if (this.#phase !== 'starting' || this.#exited) return
    this.#phase = 'ready'
    this.idleSince = Date.now()
    this.expiresAt = expiryOf(this.idleSince, this.#maxLifetime)
    this.#events.onIdle()
  }

  #failed(error: unknown): void {
    if (this.#phase !== 'starting') return
    void this.stop('failed_start')
    this.#events.onStartFailed(error)
  }

  async #awaitExit(): Promise<void> {
    await this.resource.exited
    this.#exited = true
    if (this.#phase === 'starting') {
      // `ready` knows the reason but may settle a little later than `exited`: let it speak first.
      await new Promise((resolve) => setImmediate(resolve))
      this.#failed(new Error('The process ended before it was ready.'))
    }
    const now = Date.now()
    this.#events.onExited(
      this,
      Array.from(this.#leases.values(), (since) => now - since),
    )
  }
}
