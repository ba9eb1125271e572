import type { Level } from '../../access/limits/level.ts'
import type { LimitGate } from '../../access/limits/limit-gate.ts'
import { METERS } from '../../access/limits/meters.ts'
import type { ManagedKeys } from '../../access/managed-keys.ts'
import { formatDecimal } from '../../core/money.ts'

export interface LimitLevelsOptions {
  limits: Pick<LimitGate, 'levels'>
  keys?: Pick<ManagedKeys, 'usable'>
  now?(): number
}

/** They are read from the database, which has other work. Milliseconds. */
const FRESH = 2000

/** How far each limit is used, for who watches. */
export class LimitLevels {
  readonly #options: LimitLevelsOptions
  #told: Promise<object[] | null> = Promise.resolve([])
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(options: LimitLevelsOptions) {
    this.#options = options
  }

  /** Null where they cannot be read. */
  look(): Promise<object[] | null> {
    const { limits, keys, now = Date.now } = this.#options
    if (now() - this.#toldAt >= FRESH) {
      this.#toldAt = now()
      this.#told = limits.levels(keys?.usable() ?? []).then(
        (levels) => levels.map(describe),
        () => null,
      )
    }
    return this.#told
  }
}

/** Decimal numbers as texts; costs are USD. */
function describe({ holder, meter, limit, remaining }: Level): object {
  const { unit, window } = METERS[meter]
  const told = (amount: bigint) => (unit === 'cost' ? formatDecimal(amount) : String(amount))
  return { name: holder.replace(/^key:/, ''), what: unit, window: window === 'ever' ? '' : window, used: told(limit - remaining), limit: told(limit) }
}
