import { callsOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, Message } from '../../core/prompt.ts'

/** Finds the answers of a prompt for whoever walks the same conversation in a client's format: both have the same calls. */
export class CallCursor {
  readonly #calls: { answer: AssistantMessage; id: string; isFirst: boolean }[]
  #position = 0

  constructor(messages: readonly Message[]) {
    this.#calls = messages.flatMap((message) =>
      message.role === 'assistant' ? callsOf(message).map(({ id }, index) => ({ answer: message, id, isFirst: index === 0 })) : [],
    )
  }

  /**
   * Moves over the next calls.
   * @param ids as the client has them; undefined for a call without one
   * @returns the answer that they are the first calls of, if there is one
   */
  next(ids: readonly (string | undefined)[]): AssistantMessage | undefined {
    const calls = this.#calls.slice(this.#position, this.#position + ids.length)
    this.#position += ids.length
    const [first] = calls
    return first?.isFirst && calls.every(({ id }, index) => ids[index] === undefined || ids[index] === id) ? first.answer : undefined
  }
}
