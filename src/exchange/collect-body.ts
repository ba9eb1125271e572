/** Of an answer that is an error, or no stream. */
const MAX_BYTES = 64 * 1024 * 1024

/** Puts a body together from its pieces. */
export class BodyCollector {
  readonly #pieces: Uint8Array[] = []
  #size = 0

  add(bytes: Uint8Array): void {
    if (this.#size >= MAX_BYTES) return
    this.#size += bytes.length
    this.#pieces.push(bytes)
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#pieces)
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString('utf8')
  }
}

/** Whether a body is server-sent events. */
export function isEventStream(headers: Readonly<Record<string, string>>): boolean {
  return headers['content-type']?.includes('text/event-stream') ?? false
}
