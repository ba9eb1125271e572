import type { Metered } from './claims.ts'
import type { Meter } from './meters.ts'

/** What is left of a limit. */
export interface Level {
  /** Its id. */
  holder: string
  meter: Meter
  limit: bigint
  /** Never below zero. */
  remaining: bigint
  /** Unix time in milliseconds at which it is whole again; infinite where it never is. */
  resetsAt: number
}

export function levelOf({ holder, meter, limit, counter, window }: Metered, used: ReadonlyMap<string, bigint>): Level {
  const left = limit - (used.get(counter) ?? 0n)
  return {
    holder: holder.id,
    meter,
    limit,
    remaining: left < 0n ? 0n : left,
    get resetsAt() {
      return window.end
    },
  }
}
