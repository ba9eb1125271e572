const FENCE = '"""'

/**
 * Puts the lines of a terminal or a pipe together to inputs: a backslash at its end goes on with the next line, and
 * three quotation marks at the beginning of a line with all lines up to one that ends with three.
 */
export class InputReader {
  #pending: string[] = []
  #fenced = false

  /**
   * @param onMore called when the input that has begun needs another line
   * @param onWhole called with an input and the number of lines that it was typed in
   */
  async *read(lines: AsyncIterable<string>, onMore: () => void, onWhole?: (input: string, lines: number) => void): AsyncGenerator<string> {
    let count = 0
    for await (const line of lines) {
      count++
      if (this.#take(line)) {
        onMore()
        continue
      }
      const input = this.#pending.join('\n')
      this.#pending = []
      onWhole?.(input, count)
      count = 0
      yield input
    }
    // A pipe may end in the middle of one.
    if (this.#pending.length > 0) yield this.#pending.join('\n')
  }

  /** Forgets the input that has begun. Returns whether there was one. */
  discard(): boolean {
    const begun = this.#fenced || this.#pending.length > 0
    this.#fenced = false
    this.#pending = []
    return begun
  }

  /** Returns whether the input goes on with the next line. */
  #take(line: string): boolean {
    const opens = !this.#fenced && line.trimStart().startsWith(FENCE)
    const rest = opens ? line.trimStart().slice(FENCE.length) : line
    if (!opens && !this.#fenced) {
      const more = line.endsWith('\\')
      this.#pending.push(more ? line.slice(0, -1) : line)
      return more
    }
    const closes = rest.trimEnd().endsWith(FENCE)
    const text = closes ? rest.trimEnd().slice(0, -FENCE.length) : rest
    // A fence alone on its line adds none to the input.
    if (text !== '' || (!opens && !closes)) this.#pending.push(text)
    this.#fenced = !closes
    return this.#fenced
  }
}
