/**
 * Cuts a streamed text where a stop sequence begins, as a provider does that watches its model write: the sequence
 * that is complete first counts, and of those that are complete at once the longest.
 */
export class StopFilter {
  readonly #sequences: readonly string[]
  readonly #longest: number
  #held = ''
  #matched: string | undefined

  /** @param sequences not empty ones */
  constructor(sequences: readonly string[]) {
    this.#sequences = sequences
    this.#longest = Math.max(0, ...sequences.map((sequence) => sequence.length))
  }

  /** The stop sequence that was found; what is pushed from then on is dropped. */
  get matched(): string | undefined {
    return this.#matched
  }

  /** Takes more text and returns what can be sent: all but an end that could begin a stop sequence. */
  push(text: string): string {
    if (this.#matched !== undefined) return ''
    const seen = this.#held + text
    const match = this.#findMatch(seen)
    this.#matched = match?.sequence
    const end = match?.start ?? seen.length - this.#beginningAtEnd(seen)
    this.#held = match ? '' : seen.slice(end)
    return seen.slice(0, end)
  }

  /** Returns what was held back, because nothing follows that could complete it. */
  flush(): string {
    const rest = this.#held
    this.#held = ''
    return rest
  }

  #findMatch(text: string): Match | undefined {
    let first: Match | undefined
    for (const sequence of this.#sequences) {
      const start = text.indexOf(sequence)
      if (start < 0) continue
      const end = start + sequence.length
      if (!first || end < first.end || (end === first.end && start < first.start)) first = { sequence, start, end }
    }
    return first
  }

  /** The length of the longest end of the text with which a stop sequence begins. */
  #beginningAtEnd(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const end = text.slice(-length)
      if (this.#sequences.some((sequence) => sequence.startsWith(end))) return length
    }
    return 0
  }
}

interface Match {
  sequence: string
  start: number
  end: number
}
