/** A part of a Markdown text that stands for itself: a block, or a line of a block of code, with its language on the first. */
export type Piece = { type: 'block'; text: string } | { type: 'code-begin'; language: string } | { type: 'code-line'; text: string } | { type: 'code-end' }

/** An opening fence at the beginning of a line; those in lists and quotations are part of their block. */
const FENCE = /^(`{3,}(?!.*`)|~{3,})\s*(\S*)/
const LIST_ITEM = /^(?:[-*+]|\d{1,9}[.)])(?:\s|$)/

/**
 * Cuts a Markdown text that comes in pieces into parts that no later text changes, so that each can be shown while the rest
 * is still being written. (A link that is defined further down is shown as it is written.)
 */
export class MarkdownSplitter {
  /** The block that has begun. */
  #lines: string[] = []
  /** The line that has begun. */
  #line = ''
  #fence: RegExp | undefined

  /** What has begun and is not complete: its last line with something on it. */
  get unfinished(): string {
    return this.#line.trim() === '' ? (this.#lines.findLast((line) => line.trim() !== '') ?? '') : this.#line
  }

  push(text: string): Piece[] {
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop()!
    return lines.flatMap((line) => this.#take(line))
  }

  /** What is left at the end. */
  end(): Piece[] {
    const last = this.#line === '' ? [] : this.#take(this.#line)
    this.#line = ''
    const open: Piece[] = this.#fence ? [{ type: 'code-end' }] : []
    this.#fence = undefined
    return [...last, ...open, ...this.#flush()]
  }

  #take(line: string): Piece[] {
    if (this.#fence) {
      if (!this.#fence.test(line)) return [{ type: 'code-line', text: line }]
      this.#fence = undefined
      return [{ type: 'code-end' }]
    }
    const [, marks, language = ''] = FENCE.exec(line) ?? []
    if (marks !== undefined) {
      this.#fence = new RegExp(`^ {0,3}\\${marks[0]}{${marks.length},}\\s*$`)
      return [...this.#flush(), { type: 'code-begin', language }]
    }
    const cut = this.#endsBefore(line) ? this.#flush() : []
    this.#lines.push(line)
    return cut
  }

  /** A block ends at a blank line, unless what follows is indented or goes on with its list. */
  #endsBefore(line: string): boolean {
    if (line.trim() === '' || /^\s/.test(line) || this.#lines.at(-1)?.trim() !== '') return false
    const first = this.#lines.find((known) => known.trim() !== '') ?? ''
    return !(LIST_ITEM.test(first) && LIST_ITEM.test(line))
  }

  #flush(): Piece[] {
    const text = this.#lines.join('\n')
    this.#lines = []
    return text.trim() === '' ? [] : [{ type: 'block', text }]
  }
}
