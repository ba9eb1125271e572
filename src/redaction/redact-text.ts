import { setImmediate as pause } from 'node:timers/promises'
import { type Matcher, RE2Set } from 're2js'
import type { CompiledRule } from './rule.ts'

/**
 * Characters that are searched in one go, between which others have their turn: the slowest patterns take 2 µs for each.
 * What is found has to lie within one; the windows overlap, so that a match of up to `OVERLAP` is found wherever it is.
 */
const WINDOW = 32 * 1024
const OVERLAP = 8 * 1024

export interface RedactedText {
  text: string
  /** What was replaced. */
  count: number
}

/** Runs all rules over texts, in their order. */
export class TextRedactor {
  readonly #rules: readonly CompiledRule[]
  /** Says in one pass which patterns occur at all, in a fraction of the time that finding them takes. */
  readonly #any = new RE2Set()

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = rules
    for (const { pattern } of rules) this.#any.add(pattern.pattern())
    this.#any.compile()
  }

  async redact(text: string): Promise<RedactedText> {
    let redacted: RedactedText = { text, count: 0 }
    const occurring = await this.#occurring(text)
    for (const [index, rule] of this.#rules.entries()) {
      if (!occurring.has(index)) continue
      const { text: replaced, count } = await replaceAll(rule, redacted.text)
      redacted = { text: replaced, count: redacted.count + count }
    }
    return redacted
  }

  async #occurring(text: string): Promise<Set<number>> {
    const found = new Set<number>()
    for (let start = 0; start < text.length; start += WINDOW - OVERLAP) {
      if (start > 0) await pause()
      for (const index of this.#any.match(text.slice(start, start + WINDOW))) found.add(index)
      if (start + WINDOW >= text.length) break
    }
    return found
  }
}

async function replaceAll({ pattern, replacement }: CompiledRule, text: string): Promise<RedactedText> {
  let result = ''
  let count = 0
  /** Up to here the text is in the result. */
  let done = 0
  for (let from = 0; from < text.length;) {
    if (from > 0) await pause()
    const end = Math.min(from + WINDOW, text.length)
    // What begins behind it is the next window's, which has room for all of it.
    const close = end === text.length ? end : end - OVERLAP
    // What stands before the window is there for `^` and `\b`.
    const matcher = pattern.matcher(text.slice(0, end))
    let at = from
    while (at < end && matcher.find(at) && (end === text.length || matcher.start() < close)) {
      const [start, stop] = [matcher.start(), matcher.end()]
      at = Math.max(stop, start + 1)
      if (stop === start) continue
      result += text.slice(done, start) + expand(replacement, matcher)
      done = stop
      count++
    }
    from = Math.max(at, close)
  }
  return { text: result + text.slice(done), count }
}

function expand(replacement: CompiledRule['replacement'], matcher: Matcher): string {
  return replacement.map((part) => (typeof part === 'number' ? (matcher.group(part) ?? '') : part)).join('')
}
