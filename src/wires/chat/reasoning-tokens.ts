import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Token } from '../../core/prompt.ts'
import { addDetail, detailsIn, type ReasoningDetail } from './reasoning-details.ts'

/**
 * Gathers what a provider wants back with its reasoning, which comes in pieces beside the text, before or after it: it
 * is told where the next part begins.
 */
export class ReasoningTokens {
  readonly #origin: string
  #details: ReasoningDetail[] = []
  #opaque = ''

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Takes what a delta, or a whole message, has of it. */
  add(delta: Record<string, unknown>, isWhole: boolean): void {
    if (typeof delta.reasoning_opaque === 'string') this.#opaque += delta.reasoning_opaque
    const details = detailsIn(delta.reasoning_details)
    if (isWhole) this.#details.push(...details)
    else for (const detail of details) addDetail(this.#details, detail)
  }

  flush(): AnswerEvent[] {
    const tokens: Token[] = []
    if (this.#details.length > 0) tokens.push({ kind: 'details', value: JSON.stringify(this.#details), origin: this.#origin })
    if (this.#opaque !== '') tokens.push({ kind: 'opaque', value: this.#opaque, origin: this.#origin })
    this.#details = []
    this.#opaque = ''
    return tokens.map((token) => ({ type: 'part-token', part: 'reasoning', token }))
  }
}
