import type { Member } from './member.ts'
import type { MemberState, PoolResource, PoolShape } from './types.ts'

/** How many members are in each state. */
export type Counts = Record<MemberState, number>

/** Counts members by state. */
export function countStates(members: Iterable<{ state: MemberState }>): Counts {
  const counts: Counts = { starting: 0, idle: 0, acquired: 0, stopping: 0 }
  for (const { state } of members) counts[state]++
  return counts
}

type Members = readonly Member<PoolResource>[]

/**
 * The one that gets an owner's next lease: one that is as good as new first where they are spares, if possible the owner's
 * own; else the one with the fewest leases, the oldest of those.
 */
export function choose<M extends Member<PoolResource>>(members: readonly M[], owner: string, { capacity, turnover }: PoolShape): M | undefined {
  const open = members.filter((member) => isOpen(member, capacity) && !(turnover === 'each' && member.owner !== undefined))
  const fresh = turnover === 'quiet' ? open.filter((member) => member.isFreshFor(owner)) : []
  return fresh.find((member) => member.owner !== undefined) ?? fresh[0] ?? open.toSorted((a, b) => Number(a.aged) - Number(b.aged) || a.leases - b.leases)[0]
}

function isOpen({ isReady, retiring, leases }: Members[number], capacity: number): boolean {
  return isReady && !retiring && leases < capacity
}

/** How many more may be started. One that is being stopped still holds its memory; a successor does not count beside its predecessor. */
function free(members: Members, maxSize: number): number {
  return Math.max(0, maxSize - members.filter(({ aged, retiring }) => !aged && !retiring).length)
}

export interface Demand {
  /** Requests in the queue that have waited long enough to be worth a start. */
  queued: number
  /** Spares, or members, to keep at the moment. */
  minIdle: number
}

/** How many to start now so that every queued request has a place and there are as many spares as there should be; may be negative. */
export function wanted(members: Members, { queued, minIdle }: Demand, { maxSize, turnover }: PoolShape): number {
  const current = members.filter(({ aged, retiring }) => !aged && !retiring)
  const starting = current.filter(({ state }) => state === 'starting').length
  const kept = current.filter((member) => member.isReady && isSpare(member, turnover)).length
  // Where they are shared, one at a time: two that start side by side take twice as long, and all wait for the first.
  const forQueue = queued > 0 && starting === 0 ? 1 : 0
  const missing = turnover === 'each' ? minIdle + queued - kept - starting : Math.max(minIdle - kept - starting, forQueue)
  return Math.min(missing, free(members, maxSize))
}

/** Whether one that is ready counts among those that are to be kept. */
function isSpare({ owner, worn }: Members[number], turnover: PoolShape['turnover']): boolean {
  switch (turnover) {
    case 'each':
      return owner === undefined
    case 'none':
      return true
    case 'quiet':
      return !worn
  }
}

/** How many of `queued` requests no starting or startable resource will serve: they wait for another's end. */
export function uncovered(members: Members, queued: number, { maxSize, capacity }: PoolShape): number {
  const starting = members.filter(({ state }) => state === 'starting').length
  return Math.max(0, queued - (starting + free(members, maxSize)) * capacity)
}
