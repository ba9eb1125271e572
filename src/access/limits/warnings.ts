import { formatDecimal } from '../../core/money.ts'
import type { Metered } from './claims.ts'
import { METERS } from './meters.ts'

/** Hundredths of a limit at which whoever runs the daemon hears of it. */
const MARKS = [100n, 80n, 50n]

/** Tells once when what all may use together comes to half of it, to most, and to its end. */
export class Warnings {
  readonly #log: { warn(message: string): void }
  /** By holder and meter: the window, and the highest mark that was told of. */
  readonly #told = new Map<string, { counter: string; mark: bigint }>()

  constructor(log: { warn(message: string): void }) {
    this.#log = log
  }

  hear(claims: readonly Metered[], used: ReadonlyMap<string, bigint>): void {
    for (const { counter, limit, holder, meter } of claims) {
      const { unit, window } = METERS[meter]
      // What runs out within a minute is no news, nor is what one client has.
      if (window === 'minute' || unit === 'running' || holder.id.startsWith('key:') || holder.id.startsWith('client:')) continue
      const mark = MARKS.find((percent) => (used.get(counter) ?? 0n) * 100n >= limit * percent)
      const key = `${holder.id} ${meter}`
      const before = this.#told.get(key)
      if (mark === undefined || (before?.counter === counter && before.mark >= mark)) continue
      this.#told.set(key, { counter, mark })
      this.#log.warn(
        `${mark} % of ${unit === 'cost' ? `${formatDecimal(limit)} USD` : `${limit} ${unit}`} are used or reserved (${meter} of ${holder.provider ?? 'the daemon'}).`,
      )
    }
  }
}
