import type { PoolStatus } from './types.ts'

/**
 * Whether a request would be served as fast as one may expect. A pool whose processes are all busy is ready: it queues
 * what comes. One whose only process has just gone is not, except where each serves one request only and goes after it.
 */
export function isReady({ draining, idle, acquired, counters, minIdle, turnover, suspendedFor }: PoolStatus): boolean {
  if (draining) return false
  if (idle > 0) return true
  const provenOrOnDemand = minIdle === 0 || (turnover === 'each' ? counters.acquired > 0 : acquired > 0)
  return provenOrOnDemand && suspendedFor === 0
}
