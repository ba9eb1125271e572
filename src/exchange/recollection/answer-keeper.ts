import type { AnswerEvent } from '../../core/answer-event.ts'
import type { AssistantPart } from '../../core/prompt.ts'
import { messageOf } from '../../protocols/answer.ts'
import { AnswerParts } from '../../protocols/answer-parts.ts'
import type { AnswerItem } from '../answer-items.ts'

/**
 * Keeps each answer as soon as it is all there, which is before the client learns that: it may send the next request at
 * once.
 */
export class AnswerKeeper {
  readonly #keep: (parts: AssistantPart[]) => Promise<void>
  #answers = new Map<number, Growing>()

  /** @param keep keeps what there is of an answer; it may be called again with more of the same */
  constructor(keep: (parts: AssistantPart[]) => Promise<void>) {
    this.#keep = keep
  }

  /** @returns what is to be waited for before the item goes on, if anything is */
  hear(item: AnswerItem): Promise<void> | undefined {
    if ('event' in item) {
      const answer = this.#answerOf(item.choice)
      answer.add([item.event])
      return item.event.type === 'finish' ? answer.keep(this.#keep) : undefined
    }
    if (item.type === 'fallback') this.#answers = new Map()
    if (item.type !== 'bytes') return undefined
    const answer = this.#answerOf(0)
    answer.add(item.events)
    return item.ended ? answer.keep(this.#keep) : undefined
  }

  #answerOf(choice: number): Growing {
    const answer = this.#answers.get(choice) ?? new Growing()
    this.#answers.set(choice, answer)
    return answer
  }
}

/** One answer, as far as it has come. */
class Growing {
  readonly #parts = new AnswerParts()
  #grown = false

  add(events: readonly AnswerEvent[]): void {
    for (const event of events) {
      if (event.type === 'retry' || event.type === 'finish' || event.type === 'logprobs') continue
      this.#parts.add(event)
      this.#grown = true
    }
  }

  /** Unless that was done. */
  async keep(keep: (parts: AssistantPart[]) => Promise<void>): Promise<void> {
    if (!this.#grown) return
    this.#grown = false
    await keep(messageOf({ parts: this.#parts.parts() }).parts)
  }
}
