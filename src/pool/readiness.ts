import type { PoolStatus } from './types.ts'

/** Whether a request would be served. A pool whose processes are all busy is ready, as it was able to start them and queues what comes. */
export function isReady({ draining, idle, counters, minIdle, suspendedFor }: PoolStatus): boolean {
  if (draining) return false
  if (idle > 0) return true
  const provenOrOnDemand = counters.acquired > 0 || minIdle === 0
  return provenOrOnDemand && suspendedFor === 0
}
