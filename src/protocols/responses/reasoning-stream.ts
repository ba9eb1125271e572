import type { Token } from '../../core/prompt.ts'
import { type TokenPlace, wrapToken, writeToken } from '../token-envelope.ts'
import { type ItemPlace, StreamedItem } from './streamed-item.ts'
import type { EventBody, ItemStatus, JsonReasoning } from './shapes.ts'

/**
 * What the model thought, as a summary: the form that clients show. A token is its encrypted content; of one without a
 * text there is nothing else.
 */
export class ReasoningStream extends StreamedItem {
  readonly complete = true
  readonly #showToken: boolean
  #text: string | undefined
  #encrypted: string | undefined

  /** @param showToken whether the client wants encrypted content */
  constructor(place: ItemPlace, showToken: boolean) {
    super(place)
    this.#showToken = showToken
  }

  /** Whether what follows is another item. */
  get ended(): boolean {
    return this.#encrypted !== undefined
  }

  text(delta: string): EventBody[] {
    const opening: EventBody[] =
      this.#text === undefined ? [{ type: 'response.reasoning_summary_part.added', ...this.place, summary_index: 0, part: part('') }] : []
    this.#text = (this.#text ?? '') + delta
    return [...opening, { type: 'response.reasoning_summary_text.delta', ...this.place, summary_index: 0, delta }]
  }

  /**
   * Takes the token that ends it.
   * @param place of the part that it belongs to, if that is another item
   */
  seal(token: Token, place?: TokenPlace): void {
    this.#encrypted = encryptedContent(token, this.place.item_id, place)
  }

  snapshot(status: ItemStatus): JsonReasoning {
    return this.#write(status, this.#showToken)
  }

  override kept(status: ItemStatus): JsonReasoning {
    return this.#write(status, true)
  }

  protected begin(): EventBody[] {
    return []
  }

  protected end(): EventBody[] {
    const text = this.#text
    if (text === undefined) return []
    return [
      { type: 'response.reasoning_summary_text.done', ...this.place, summary_index: 0, text },
      { type: 'response.reasoning_summary_part.done', ...this.place, summary_index: 0, part: part(text) },
    ]
  }

  #write(status: ItemStatus, withToken: boolean): JsonReasoning {
    return {
      type: 'reasoning',
      id: this.place.item_id,
      status,
      summary: this.#text === undefined ? [] : [part(this.#text)],
      ...(withToken && this.#encrypted !== undefined && { encrypted_content: this.#encrypted }),
    }
  }
}

function part(text: string): JsonReasoning['summary'][number] {
  return { type: 'summary_text', text }
}

/** OpenAI's own belongs to an item of its own id; with another, or by itself, it says so in an envelope. */
function encryptedContent(token: Token, itemId: string, place?: TokenPlace): string {
  const fits = token.value !== '' && (token.id === undefined || token.id === itemId) && place === undefined
  return fits ? writeToken(token, 'encrypted') : wrapToken(token, place)
}
