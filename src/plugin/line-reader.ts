import { parseBytesLine, type RequestBytes } from './contract.ts'

const LINE_FEED = 10

/**
 * Splits a byte stream into lines, and into the bytes that follow a line which announces some. Lines end at line feeds
 * only; line readers also split at separators that JSON leaves unescaped.
 */
export class LineReader {
  #pending: Uint8Array[] = []
  #announced: { request: string; missing: number } | undefined

  /** The lines that a chunk completes, and what it holds of announced bytes, in order; bytes may come in pieces. */
  push(chunk: Uint8Array): (string | RequestBytes)[] {
    const read: (string | RequestBytes)[] = []
    let start = 0
    while (start < chunk.length) {
      if (this.#announced) {
        const { request, missing } = this.#announced
        const bytes = chunk.subarray(start, start + missing)
        start += bytes.length
        this.#announced = bytes.length < missing ? { request, missing: missing - bytes.length } : undefined
        read.push({ type: 'bytes', request, bytes })
        continue
      }
      const end = chunk.indexOf(LINE_FEED, start)
      this.#pending.push(end < 0 ? chunk.subarray(start) : chunk.subarray(start, end))
      if (end < 0) break
      start = end + 1
      const line = this.#takeLine()
      const announced = parseBytesLine(line)
      if (announced === undefined) read.push(line)
      else if (announced.length > 0) this.#announced = { request: announced.request, missing: announced.length }
    }
    return read
  }

  /** What stands after the last line feed, if anything. */
  end(): string[] {
    return this.#pending.length === 0 ? [] : [this.#takeLine()]
  }

  #takeLine(): string {
    const line = Buffer.concat(this.#pending).toString('utf8')
    this.#pending = []
    return line
  }
}
