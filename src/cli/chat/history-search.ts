/** What a key makes of a search: it goes on, or ends with what is on the line then. */
export type SearchStep = { type: 'on' } | { type: 'done'; line: string; /** What the key does beside. */ key?: string }

/** Searches what was typed before, as Ctrl-R does in a shell: the last input that has the text in it, and the ones before. */
export class HistorySearch {
  readonly #history: readonly string[]
  readonly #before: string
  #query = ''
  /** Of the input that is shown. */
  #at = -1

  /**
   * @param history the last input first
   * @param before what was on the line, which comes back when the search is given up
   */
  constructor(history: readonly string[], before: string) {
    this.#history = history
    this.#before = before
  }

  get query(): string {
    return this.#query
  }

  /** The input that is shown; undefined where none has the text in it. */
  get match(): string | undefined {
    return this.#query === '' ? this.#before : this.#history[this.#at]
  }

  press(key: string): SearchStep {
    switch (key) {
      case '\u0012':
        this.#find(this.#at + 1)
        return { type: 'on' }
      case '\u007f':
      case '\b':
        this.#query = [...this.#query].slice(0, -1).join('')
        this.#find(0)
        return { type: 'on' }
      case '\u0003':
      case '\u0007':
        return { type: 'done', line: this.#before }
      case '\u001b':
        return { type: 'done', line: this.match ?? this.#before }
      default:
        // Any other key that types nothing takes what was found, and does to it what it does.
        if (/^\p{Cc}/u.test(key)) return { type: 'done', line: this.match ?? this.#before, key }
        this.#query += key
        this.#find(Math.max(0, this.#at))
        return { type: 'on' }
    }
  }

  #find(from: number): void {
    const query = this.#query.toLowerCase()
    const index = this.#history.findIndex((input, at) => at >= from && input.toLowerCase().includes(query))
    // Where there is none further back, the last one stays.
    if (index !== -1) this.#at = index
    else if (this.#history[this.#at]?.toLowerCase().includes(query) !== true) this.#at = this.#history.length
  }
}
