import { parseObject } from '../core/json-text.ts'

const BEGINNING = /^\s*\{\s*"input"\s*:\s*"/

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Reads the text of a custom tool's input out of the JSON object that carries it, while the model is still writing it.
 */
export class CustomInput {
  #json = ''
  /** Where the next undecoded character is; undefined before the string has begun. */
  #position: number | undefined
  #ended = false
  #text = ''

  /** Takes more of the JSON and returns what of the input it brought. */
  push(json: string): string {
    this.#json += json
    if (this.#position === undefined) {
      const beginning = BEGINNING.exec(this.#json)
      if (!beginning) return ''
      this.#position = beginning[0].length
    }
    const text = this.#decode()
    this.#text += text
    return text
  }

  /** Whether the JSON is complete. */
  get complete(): boolean {
    return isObject(this.#json)
  }

  /** Returns the rest of the input; what is not the expected object is taken as the input itself. */
  end(): string {
    const rest = this.#rest()
    this.#text += rest
    return rest
  }

  /** All of the input so far. */
  get text(): string {
    return this.#text
  }

  #rest(): string {
    if (this.#position !== undefined) return ''
    try {
      const { input } = JSON.parse(this.#json) as { input?: unknown }
      if (typeof input === 'string') return input
    } catch {
      // Not JSON, so it is the input.
    }
    return this.#json
  }

  #decode(): string {
    let text = ''
    while (!this.#ended) {
      const next = this.#next()
      if (next === undefined) break
      text += next
    }
    return text
  }

  /** The next character that is there in full, or undefined. Halves of a pair stay together: alone they are no text. */
  #next(): string | undefined {
    const first = unitAt(this.#json, this.#position!)
    if (first === 'end') {
      this.#ended = true
      return undefined
    }
    if (first === undefined) return undefined
    const high = /^[\uD800-\uDBFF]$/.test(first.text)
    const second = high ? unitAt(this.#json, this.#position! + first.length) : undefined
    if (high && second === undefined) return undefined
    const pair = second !== undefined && second !== 'end' && /^[\uDC00-\uDFFF]$/.test(second.text) ? second : undefined
    this.#position! += first.length + (pair?.length ?? 0)
    return first.text + (pair?.text ?? '')
  }
}

/** Whether a text is a whole JSON object; no more text could make another one of it. */
export function isObject(json: string): boolean {
  return json.trimEnd().endsWith('}') && parseObject(json) !== undefined
}

/** The code unit of a JSON string that is written at `index`, and how much of the text writes it. */
function unitAt(json: string, index: number): { text: string; length: number } | 'end' | undefined {
  const character = json[index]
  if (character === undefined) return undefined
  if (character === '"') return 'end'
  if (character !== '\\') return { text: character, length: 1 }
  const kind = json[index + 1]
  if (kind === undefined) return undefined
  if (kind !== 'u') return { text: ESCAPES[kind] ?? kind, length: 2 }
  const code = json.slice(index + 2, index + 6)
  return code.length < 4 ? undefined : { text: String.fromCharCode(Number.parseInt(code, 16)), length: 6 }
}
