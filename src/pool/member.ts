import { expiryOf, type Spare } from './spares.ts'
import type { MemberState, PoolMember, PoolResource } from './types.ts'

/** What befalls a member. */
export interface MemberEvents<R extends PoolResource> {
  onIdle(): void
  /** It could not start and is being stopped. */
  onStartFailed(error: unknown): void
  onStopFailed(error: unknown): void
  /** Always the last one. */
  onExited(member: Member<R>): void
}

/** A resource in the pool and its way `starting → idle → acquired → stopping → exited`, from which it may only skip. */
export class Member<R extends PoolResource> implements PoolMember<R>, Spare {
  readonly resource: R
  readonly since = Date.now()
  readonly expiresAt: number
  idleSince = this.since
  /** `Date.now()` when it was handed out, undefined for one that never was. */
  acquiredAt: number | undefined
  readonly #events: MemberEvents<R>
  #state: MemberState = 'starting'
  #exited = false

  constructor(resource: R, maxLifetime: number, events: MemberEvents<R>) {
    this.resource = resource
    this.expiresAt = expiryOf(this.since, maxLifetime)
    this.#events = events
    resource.ready.then(
      () => this.#started(),
      (error: unknown) => this.#failed(error),
    )
    void this.#awaitExit()
  }

  get state(): MemberState {
    return this.#state
  }

  handOut(): void {
    this.#state = 'acquired'
    this.acquiredAt = Date.now()
  }

  /** Ends it, whatever its state. */
  async stop(): Promise<void> {
    if (this.#state === 'stopping') return
    this.#state = 'stopping'
    try {
      await this.resource.stop()
    } catch (error) {
      this.#events.onStopFailed(error)
    }
  }

  #started(): void {
    if (this.#state !== 'starting' || this.#exited) return
    this.#state = 'idle'
    this.idleSince = Date.now()
    this.#events.onIdle()
  }

  #failed(error: unknown): void {
    if (this.#state !== 'starting') return
    void this.stop()
    this.#events.onStartFailed(error)
  }

  async #awaitExit(): Promise<void> {
    await this.resource.exited
    this.#exited = true
    if (this.#state === 'starting') {
      // `ready` knows the reason but may settle a little later than `exited`: let it speak first.
      await new Promise((resolve) => setImmediate(resolve))
      this.#failed(new Error('The process ended before it was ready.'))
    }
    this.#events.onExited(this)
  }
}
