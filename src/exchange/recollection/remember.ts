import type { Event } from '../../core/event.ts'
import type { AssistantPart } from '../../core/prompt.ts'
import { messageOf } from '../../protocols/answer.ts'
import { AnswerParts } from '../../protocols/answer-parts.ts'
import type { Fallback } from '../fall-back.ts'
import type { Passed } from '../pass-through.ts'
import type { ChoiceEvent } from '../run-choices.ts'

/**
 * Passes answers on and keeps each as soon as it is all there, which is before the client learns that: it may send the
 * next request at once.
 * @param keep keeps what there is of an answer; it may be called again with more of the same
 */
export async function* remember<Item extends ChoiceEvent | Passed | Fallback>(
  items: AsyncIterable<Item>,
  keep: (parts: AssistantPart[]) => Promise<void>,
): AsyncGenerator<Item> {
  let answers = new Map<number, Growing>()
  const answerOf = (choice: number): Growing => {
    const answer = answers.get(choice) ?? new Growing()
    answers.set(choice, answer)
    return answer
  }
  for await (const item of items) {
    if ('event' in item) {
      const answer = answerOf(item.choice)
      answer.add([item.event])
      if (item.event.type === 'finish') await answer.keep(keep)
    } else if (item.type === 'bytes') {
      const answer = answerOf(0)
      answer.add(item.events)
      if (item.ended) await answer.keep(keep)
    } else if (item.type === 'fallback') answers = new Map()
    yield item
  }
}

/** One answer, as far as it has come. */
class Growing {
  readonly #parts = new AnswerParts()
  #grown = false

  add(events: readonly Event[]): void {
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
