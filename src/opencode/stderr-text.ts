/** Characters kept of the beginning, where opencode names a file, and of the end, where it says what is wrong with it. */
const KEPT = 16_384

/** What a process writes to stderr, which opencode uses for notes and for its reasons: all of it, or its two ends. */
export class StderrText {
  #first = ''
  #last = ''

  push(chunk: string): void {
    const room = KEPT - this.#first.length
    this.#first += chunk.slice(0, room)
    if (chunk.length > room) this.#last = (this.#last + chunk.slice(room)).slice(-KEPT)
  }

  toString(): string {
    return this.#first + this.#last
  }
}
