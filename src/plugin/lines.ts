const LINE_FEED = 10

/** Splits a byte stream at line feeds only; line readers also split at separators that JSON leaves unescaped. */
export class LineSplitter {
  #pending: Uint8Array[] = []

  /** The lines that a chunk completes. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#pending.push(chunk.subarray(start, end))
      lines.push(...this.end())
      start = end + 1
    }
    if (start < chunk.length) this.#pending.push(chunk.subarray(start))
    return lines
  }

  /** What stands after the last line feed, if anything. */
  end(): string[] {
    if (this.#pending.length === 0) return []
    const line = Buffer.concat(this.#pending).toString('utf8')
    this.#pending = []
    return [line]
  }
}
