/** Follows the brackets and strings of JSON, or of what is nearly JSON, character by character. */
export class JsonScanner {
  /** Objects and arrays that are open. */
  depth = 0
  /** Whether it is inside a string; quotes outside of any bracket belong to prose. */
  inString = false
  #escaped = false

  /** Takes the next character, and tells whether it opened or closed an object or an array. */
  step(character: string): 'open' | 'close' | undefined {
    if (this.inString) {
      if (this.#escaped) this.#escaped = false
      else if (character === '\\') this.#escaped = true
      else if (character === '"') this.inString = false
      return undefined
    }
    if (character === '{' || character === '[') {
      this.depth++
      return 'open'
    }
    if (this.depth === 0) return undefined
    if (character === '"') this.inString = true
    if (character !== '}' && character !== ']') return undefined
    this.depth--
    return 'close'
  }
}

/** The object or array that begins at `start`, up to its closing bracket or else to the end of the text. */
export function balancedFrom(text: string, start: number): string {
  const scanner = new JsonScanner()
  for (let index = start; index < text.length; index++) {
    if (scanner.step(text[index]!) === 'close' && scanner.depth === 0) return text.slice(start, index + 1)
  }
  return text.slice(start)
}
