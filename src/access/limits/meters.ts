import type { Limits } from '../../core/limits.ts'
import { parseDollars } from '../../core/money.ts'
import type { WindowKind } from './windows.ts'

/** What is counted. */
export type Unit = 'requests' | 'tokens' | 'cost' | 'running'

/** What each limit counts, and in which windows. */
export const METERS = {
  requestsPerMinute: { unit: 'requests', window: 'minute' },
  requestsPerDay: { unit: 'requests', window: 'day' },
  tokensPerMinute: { unit: 'tokens', window: 'minute' },
  tokensPerDay: { unit: 'tokens', window: 'day' },
  costPerDay: { unit: 'cost', window: 'day' },
  costPerMonth: { unit: 'cost', window: 'month' },
  costTotal: { unit: 'cost', window: 'ever' },
  concurrentRequests: { unit: 'running', window: 'ever' },
} as const satisfies Partial<Record<keyof Limits, { unit: Unit; window: WindowKind }>>

export type Meter = keyof typeof METERS

/** How much of each unit. Money in pico-dollars. */
export type Amounts = Record<Unit, bigint>

/** What is limited, and how far it may go. */
export function metersOf(limits: Limits): { meter: Meter; limit: bigint }[] {
  return (Object.keys(METERS) as Meter[]).flatMap((meter) => {
    const limit = limits[meter]
    if (limit === undefined) return []
    return [{ meter, limit: typeof limit === 'string' ? parseDollars(limit) : BigInt(limit) }]
  })
}
