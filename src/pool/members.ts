import { choose, countStates } from './capacity.ts'
import type { Member } from './member.ts'
import { surplus } from './spares.ts'
import type { PoolLease, PoolMember, PoolResource, PoolShape } from './types.ts'

/** The members of a pool, and what becomes of them as time passes. In the order of creation, so that the first idle one is the oldest. */
export class Members<R extends PoolResource> {
  readonly #all = new Set<Member<R>>()

  get all(): Member<R>[] {
    return [...this.#all]
  }

  get size(): number {
    return this.#all.size
  }

  /** Leases in all of them. */
  get leases(): number {
    return this.all.reduce((sum, { leases, state }) => sum + (state === 'stopping' ? 0 : leases), 0)
  }

  /** Those that are ready and not to be replaced. */
  get current(): Member<R>[] {
    return this.all.filter(({ isReady, aged, retiring }) => isReady && !aged && !retiring)
  }

  get idle(): Member<R>[] {
    return this.all.filter(({ state }) => state === 'idle')
  }

  /** Whether there is one that requests may be shared with, now or when a place comes free. */
  get canShare(): boolean {
    return this.all.some(({ isReady, retiring }) => isReady && !retiring)
  }

  add(member: Member<R>): void {
    this.#all.add(member)
  }

  delete(member: Member<R>): void {
    this.#all.delete(member)
  }

  /** Gives an owner the next lease, where there is a place. */
  lease(owner: string, shape: PoolShape): PoolLease<R> | undefined {
    return choose(this.all, owner, shape)?.lease(owner)
  }

  counts() {
    const { starting, idle, stopping } = countStates(this.#all)
    return { starting, idle, acquired: this.leases, stopping }
  }

  describe(): PoolMember<R>[] {
    return this.all.map(({ resource, state, since, leases, worn, retiring, aged }) => ({ resource, state, since, leases, worn, retiring: retiring || aged }))
  }

  /** Those that are old enough to be replaced, and not yet to be. */
  expired(): Member<R>[] {
    const now = Date.now()
    return this.current.filter(({ expiresAt }) => now >= expiresAt)
  }

  /** Lets those go whose successor is there. */
  succeed(): void {
    const succeeded = this.current.length > 0
    for (const member of this.all) {
      if (member.aged && succeeded) member.retiring = true
      if (member.retiring && member.leases === 0) void member.stop('replaced')
    }
  }

  /** Those that were used so long ago are as good as new for nobody any more. */
  disown(time: number): void {
    const before = Date.now() - time
    for (const member of this.#owned()) if (member.idleSince <= before) member.worn = true
  }

  /** In a quiet moment, once so many are as good as new, the others go, and what traffic had needed beside those. */
  refresh(fresh: number): void {
    const unworn = this.idle.filter(({ worn, aged }) => !worn && !aged)
    if (fresh === 0 || unworn.length < fresh) return
    for (const member of this.idle) if (member.worn) void member.stop('replaced')
    for (const member of this.#owned().slice(0, unworn.length - fresh)) void member.stop('unneeded')
  }

  /** When the next is to be disowned; `Infinity` when none will. */
  ownedUntil(time: number): number {
    return Math.min(...this.#owned().map(({ idleSince }) => idleSince + time))
  }

  #owned(): Member<R>[] {
    return this.idle.filter(({ owner, worn }) => owner !== undefined && !worn)
  }

  /** Stops idle ones beyond `keep` after `idleTimeout` milliseconds. */
  trim(keep: number, idleTimeout: number): void {
    for (const spare of surplus(this.idle, keep, idleTimeout)) void spare.stop('unneeded')
  }

  /** Of those that are starting all but the first go. */
  keepStarting(first: number): void {
    for (const member of this.all.filter(({ state }) => state === 'starting').slice(first)) void member.stop('unneeded')
  }
}
