import type { MemberState } from './types.ts'

/** How many members are in each state. */
export type Counts = Record<MemberState, number>

/** Counts members by state. */
export function countStates(members: Iterable<{ state: MemberState }>): Counts {
  const counts: Counts = { starting: 0, idle: 0, acquired: 0, stopping: 0 }
  for (const { state } of members) counts[state]++
  return counts
}

/** How many more may be started. One that is being stopped still holds its memory. */
function free(counts: Counts, maxSize: number): number {
  return Math.max(0, maxSize - (counts.starting + counts.idle + counts.acquired + counts.stopping))
}

/** How many to start now so that every queued request and `minIdle` spares have one; may be negative. */
export function wanted(counts: Counts, queued: number, limits: { minIdle: number; maxSize: number }): number {
  return Math.min(limits.minIdle + queued - (counts.idle + counts.starting), free(counts, limits.maxSize))
}

/** How many of `queued` requests no starting or startable resource will serve: they wait for another's end. */
export function uncovered(counts: Counts, queued: number, maxSize: number): number {
  return Math.max(0, queued - (counts.starting + free(counts, maxSize)))
}
