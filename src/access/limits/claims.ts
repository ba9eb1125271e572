import type { Limits } from '../../core/limits.ts'
import type { Claim, Spent } from '../../storage/limit-store.ts'
import { type Amounts, type Meter, METERS, metersOf } from './meters.ts'
import type { Window, Windows } from './windows.ts'

/** Whose limits they are: the daemon’s, a client’s or a key’s. */
export interface Holder {
  /** Unique, as `key:ci`. */
  id: string
  limits: Limits
  /** Of which only what it is asked counts; absent for all. */
  provider?: string
}

/** A claim, and what it is about. */
export interface Metered extends Claim {
  holder: Holder
  meter: Meter
  window: Window
}

const DAY = 24 * 60 * 60_000

/** Long enough that a clock which was wrong for a while finds them again. */
const KEPT = { minute: DAY, day: 400 * DAY, month: 400 * DAY, ever: 36_500 * DAY } as const

/** What a request is counted by, of everybody who limits it. */
export function claimsOf(holders: readonly Holder[], amountsOf: (holder: Holder) => Amounts, windows: Windows, now: number): Metered[] {
  return holders.flatMap((holder) => {
    const { id, limits } = holder
    const amounts = amountsOf(holder)
    return metersOf(limits).map(({ meter, limit }) => {
      const { unit, window: kind } = METERS[meter]
      const window = windows(kind, now)
      // Two limits of one unit and one window would be one counter, and there are none.
      return { counter: `${id} ${unit} ${kind} ${window.name}`, amount: amounts[unit], limit, expires: now + KEPT[kind], holder, meter, window }
    })
  })
}

/** The same counters with what was really used. */
export function spentOf(claims: readonly Metered[], amountsOf: (holder: Holder) => Amounts): Spent[] {
  return claims.map(({ counter, holder, meter, expires }) => ({ counter, expires, amount: amountsOf(holder)[METERS[meter].unit] }))
}
