/** Between two server-sent events: after each empty line. */
export const EVENTS = /(?<=\n\r?\n)/

/** Cuts a stream of server-sent events between two of them, in whatever pieces it comes. */
export class WholeEvents {
  /** The beginning of an event. */
  #rest: Buffer = Buffer.alloc(0)

  /** @returns the events that these bytes complete */
  push(bytes: Uint8Array): Buffer {
    const seen = this.#rest.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#rest, bytes])
    const end = endOfEvents(seen)
    this.#rest = seen.subarray(end)
    return seen.subarray(0, end)
  }

  /** What no event came of. */
  end(): Buffer {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return rest
  }
}

function endOfEvents(bytes: Buffer): number {
  const [lf, crlf] = [bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\n\r\n')]
  return Math.max(lf < 0 ? 0 : lf + 2, crlf < 0 ? 0 : crlf + 3)
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
