import type { H3Event } from 'h3'
import type { Level } from '../access/limits/level.ts'
import { METERS, type Unit } from '../access/limits/meters.ts'
import type { Protocol } from '../protocols/protocol.ts'

const told = new WeakSet<H3Event>()

/** Units that vendors tell of. */
const UNITS = ['requests', 'tokens'] as const satisfies readonly Unit[]

/**
 * Tells what is left of a client's limits, by the headers of its vendor: of several limits of a kind, that of which the
 * least is left.
 */
export function reportLevels(event: H3Event, levels: readonly Level[], protocol: Protocol | undefined, now = Date.now()): void {
  const write = protocol?.name === 'messages' ? anthropicHeaders : openaiHeaders
  for (const unit of UNITS) {
    const least = levels
      .filter(({ meter }) => METERS[meter].unit === unit)
      .toSorted((one, other) => (one.remaining < other.remaining ? -1 : one.remaining > other.remaining ? 1 : 0))[0]
    if (least === undefined) continue
    told.add(event)
    for (const [name, value] of write(unit, least, now)) for (const headers of [event.res.headers, event.res.errHeaders]) headers.set(name, value)
  }
}

/** Whether a provider's own limits would be taken for those of the bridge. */
export function hasOwnLimits(event: H3Event): boolean {
  return told.has(event)
}

function openaiHeaders(unit: string, { limit, remaining, resetsAt }: Level, now: number): [string, string][] {
  return [
    [`x-ratelimit-limit-${unit}`, String(limit)],
    [`x-ratelimit-remaining-${unit}`, String(remaining)],
    [`x-ratelimit-reset-${unit}`, writeDuration(resetsAt - now)],
  ]
}

function anthropicHeaders(unit: string, { limit, remaining, resetsAt }: Level): [string, string][] {
  return [
    [`anthropic-ratelimit-${unit}-limit`, String(limit)],
    [`anthropic-ratelimit-${unit}-remaining`, String(remaining)],
    [`anthropic-ratelimit-${unit}-reset`, new Date(resetsAt).toISOString().replace(/\.\d+Z$/, 'Z')],
  ]
}

/** As OpenAI does: `6m0s`, `1s`, `20ms`. */
function writeDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))}ms`
  const seconds = Math.ceil(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return `${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}${seconds % 60}s`
}
