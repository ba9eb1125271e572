import { isObject } from '../../core/json-value.ts'

/** Whether whoever sends a body wants to hear what a stream has used. */
export function tellsUsage(body: Readonly<Record<string, unknown>>): boolean {
  return isObject(body.stream_options) && body.stream_options.include_usage === true
}

/**
 * Takes out of a stream the chunk that tells its usage, which has no choices: clients that have not asked for it read the
 * first choice of every chunk.
 */
export class UsageChunkFilter {
  /** The beginning of an event. */
  #rest: Buffer = Buffer.alloc(0)

  /** @returns the events that these bytes complete */
  push(bytes: Uint8Array): Uint8Array {
    const seen = this.#rest.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#rest, bytes])
    const end = endOfEvents(seen)
    this.#rest = seen.subarray(end)
    const events = seen.subarray(0, end)
    if (!events.includes('"usage"')) return events
    // A character is a byte here.
    return Buffer.from(events.toString('latin1').split(EVENTS).filter(isWanted).join(''), 'latin1')
  }

  /** What no event came of. */
  end(): Uint8Array {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return isWanted(rest.toString('latin1')) ? rest : Buffer.alloc(0)
  }
}

/** After each empty line. */
const EVENTS = /(?<=\n\r?\n)/

function endOfEvents(bytes: Buffer): number {
  const [lf, crlf] = [bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\n\r\n')]
  return Math.max(lf < 0 ? 0 : lf + 2, crlf < 0 ? 0 : crlf + 3)
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
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
