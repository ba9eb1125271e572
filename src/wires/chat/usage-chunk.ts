import { isObject } from '../../core/json-value.ts'
import { EVENTS, WholeEvents } from '../shared/whole-events.ts'

/** Whether whoever sends a body wants to hear what a stream has used. */
export function tellsUsage(body: Readonly<Record<string, unknown>>): boolean {
  return isObject(body.stream_options) && body.stream_options.include_usage === true
}

/**
 * Takes out of a stream the chunk that tells its usage, which has no choices: clients that have not asked for it read the
 * first choice of every chunk.
 */
export class UsageChunkFilter {
  readonly #events = new WholeEvents()

  /** @returns the events that these bytes complete */
  push(bytes: Uint8Array): Uint8Array {
    const events = this.#events.push(bytes)
    if (!events.includes('"usage"')) return events
    // A character is a byte here.
    return Buffer.from(events.toString('latin1').split(EVENTS).filter(isWanted).join(''), 'latin1')
  }

  /** What no event came of. */
  end(): Uint8Array {
    const rest = this.#events.end()
    return isWanted(rest.toString('latin1')) ? rest : Buffer.alloc(0)
  }
}

function isWanted(event: string): boolean {
  if (!/"choices"\s*:\s*\[\s*\]/.test(event) || !event.includes('"usage"')) return true
  try {
    const data: unknown = JSON.parse(event.trim().replace(/^data:/, ''))
    return !(isObject(data) && Array.isArray(data.choices) && data.choices.length === 0 && isObject(data.usage))
  } catch {
    return true
  }
}
