import type { AnswerEvent } from '../../core/answer-event.ts'

type TextEvent = 'text-delta' | 'reasoning-delta' | 'refusal-delta'

/**
 * Tells the texts of a response once, whether they come in deltas, in an event that ends them, in the whole item, or in
 * several of these.
 */
export class ItemTexts {
  /** Characters that were told of each. */
  readonly #told = new Map<string, number>()
  readonly #types = new Set<TextEvent>()
  /** The text that was written last. */
  #last: { key: string; type: TextEvent } | undefined

  /** @param key tells the texts of a response apart */
  delta(type: TextEvent, key: string, text: unknown): AnswerEvent[] {
    if (typeof text !== 'string' || text === '') return []
    const told = this.#told.get(key) ?? 0
    this.#told.set(key, told + text.length)
    this.#types.add(type)
    // The parts of a summary are paragraphs.
    const isNext = type === 'reasoning-delta' && told === 0 && this.#last?.type === type && this.#last.key !== key
    this.#last = { key, type }
    return [{ type, text: isNext ? `\n\n${text}` : text }]
  }

  /** What of a whole text was not told yet. */
  rest(type: TextEvent, key: string, text: unknown): AnswerEvent[] {
    return typeof text === 'string' ? this.delta(type, key, text.slice(this.#told.get(key) ?? 0)) : []
  }

  /** What comes next goes on with none of the texts before. */
  break(): void {
    this.#last = undefined
  }

  /** Whether a text of one of the kinds was told. */
  has(...types: TextEvent[]): boolean {
    return types.some((type) => this.#types.has(type))
  }
}
