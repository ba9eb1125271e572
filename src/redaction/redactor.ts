import { createHash } from 'node:crypto'
import { mapTexts } from './map-texts.ts'
import { type RedactedText, TextRedactor } from './redact-text.ts'
import { compileRule, type RedactRule } from './rule.ts'

/** Characters of texts that are remembered, and texts in which nothing was found. */
const MAX_KEPT = 4 * 1024 * 1024
const MAX_CLEAN = 50_000
/** A shorter text is searched in less time than it is looked up. */
const WORTH_KEEPING = 200

export interface Redacted<T> {
  value: T
  /** What was replaced in it. */
  count: number
}

/**
 * Replaces in prompts what patterns say. A conversation comes again with every turn, so what came of a text is kept, by its
 * digest; of a text without a match that is all that is kept.
 */
export class Redactor {
  readonly #texts: TextRedactor
  /** By digest, the one used longest ago first; undefined for a text that stays as it is. */
  readonly #known = new Map<string, RedactedText | undefined>()
  #kept = 0

  /** @throws RangeError for a rule that cannot be run */
  constructor(rules: readonly RedactRule[]) {
    this.#texts = new TextRedactor(rules.map(compileRule))
  }

  /** @param value a body in any provider's format, or a canonical prompt; the very value comes back where nothing is found */
  async redact<T>(value: T): Promise<Redacted<T>> {
    const found = new Map<string, RedactedText | undefined>()
    mapTexts(value, (text) => {
      found.set(text, undefined)
      return text
    })
    for (const text of found.keys()) found.set(text, await this.#look(text))
    let count = 0
    const redacted = mapTexts(value, (text) => {
      const { text: instead = text, count: replaced = 0 } = found.get(text) ?? {}
      count += replaced
      return instead
    })
    return { value: redacted as T, count }
  }

  async #look(text: string): Promise<RedactedText | undefined> {
    if (text.length < WORTH_KEEPING) return changed(await this.#texts.redact(text))
    const digest = createHash('sha256').update(text).digest('base64')
    if (this.#known.has(digest)) {
      const known = this.#known.get(digest)
      this.#known.delete(digest)
      this.#known.set(digest, known)
      return known
    }
    const redacted = changed(await this.#texts.redact(text))
    this.#keep(digest, redacted)
    return redacted
  }

  #keep(digest: string, redacted: RedactedText | undefined): void {
    this.#forget(digest)
    this.#known.set(digest, redacted)
    this.#kept += redacted?.text.length ?? 0
    for (const oldest of this.#known.keys()) {
      if (this.#kept <= MAX_KEPT && this.#known.size <= MAX_CLEAN) break
      this.#forget(oldest)
    }
  }

  #forget(digest: string): void {
    this.#kept -= this.#known.get(digest)?.text.length ?? 0
    this.#known.delete(digest)
  }
}

function changed(redacted: RedactedText): RedactedText | undefined {
  return redacted.count > 0 ? redacted : undefined
}
