import type { AssistantPart, Token } from '../core/prompt.ts'
import type { PlacedToken, TokenPlace } from './token-envelope.ts'

/**
 * Collects the parts of a message of the assistant's as a client sends them back. A token in the field of another part
 * goes to its own: a text's to the text right before it, or else to an empty one; a call's to its call, wherever that is.
 */
export class HistoryParts {
  readonly #parts: AssistantPart[] = []
  /** Tokens of calls, by the calls' ids. */
  readonly #ofCalls = new Map<string, Token>()

  add(part: AssistantPart): void {
    this.#parts.push(part)
  }

  /** Adds text to the part before, if that is of the same type and has no token; clients keep the pieces of a stream. */
  addText(type: 'text' | 'reasoning', text: string, separator = ''): void {
    if (text === '') return
    const last = this.#parts.at(-1)
    if (last?.type === type && last.token === undefined) this.#parts.splice(-1, 1, { ...last, text: `${last.text}${separator}${text}` })
    else this.add({ type, text })
  }

  /** Adds text with the token that ends it; a token alone is that of the text before, as a stream has it. */
  addSigned(type: 'text' | 'reasoning', text: string, token: Token): void {
    if (text === '') this.addToken({ token, place: { part: type } })
    else this.add({ type, text, token })
  }

  /**
   * Adds tokens of thoughts that stand with what was said after them. Each goes to the thought that is there for it, as
   * far as the client sent that.
   * @param behind whether they come behind the text that the thoughts led to
   */
  addThoughts(thoughts: readonly PlacedToken[], behind: boolean): void {
    const text = behind && thoughts.length > 0 && this.#parts.at(-1)?.type === 'text' ? this.#parts.pop() : undefined
    for (const { token, place } of thoughts) if (place.part === 'reasoning') this.#sign(token, place)
    if (text) this.#parts.push(text)
  }

  #sign(token: Token, { text: thought, length }: Extract<TokenPlace, { part: 'reasoning' }>): void {
    const last = this.#parts.at(-1)
    const open = last?.type === 'reasoning' && last.token === undefined ? last : undefined
    if (open === undefined || (thought !== undefined && !open.text.startsWith(thought))) {
      this.add({ type: 'reasoning', text: thought ?? '', token })
      return
    }
    const own = thought ?? open.text.slice(0, length)
    this.#parts.splice(-1, 1, { type: 'reasoning', text: own, token })
    // What several thoughts were is one text without their tokens.
    this.addText('reasoning', open.text.slice(own.length))
  }

  /** The text before, if there is one, is a paragraph; another begins. */
  endParagraph(): void {
    const last = this.#parts.at(-1)
    if (last?.type === 'text' && last.token === undefined) this.#parts.splice(-1, 1, { ...last, text: `${last.text}\n\n` })
  }

  /**
   * Takes the token of a field for thoughts, and the text that stood with it.
   * @param placed undefined where there is none, or none that can be read
   */
  addThought(text: string, placed: PlacedToken | undefined): void {
    if (placed?.place.part !== 'reasoning') {
      if (text !== '') this.add({ type: 'reasoning', text })
      if (placed) this.addToken(placed)
      return
    }
    const { text: own = text, length = own.length } = placed.place
    // A token vouches for its very text.
    if (own.length >= length) this.add({ type: 'reasoning', text: own.slice(0, length), token: placed.token })
    this.addText('reasoning', own.length < length ? own : own.slice(length))
  }

  addToken({ token, place }: PlacedToken): void {
    if (place.part === 'tool-call') {
      this.#ofCalls.set(place.id, token)
      return
    }
    const last = this.#parts.at(-1)
    if (last?.type === place.part && last.token === undefined) this.#parts.splice(-1, 1, { ...last, token })
    else this.add({ type: place.part, text: '', token })
  }

  /** All parts, in their order. */
  parts(): AssistantPart[] {
    return this.#parts.map((part) => {
      const token = part.type === 'tool-call' ? (part.token ?? this.#ofCalls.get(part.id)) : part.token
      return token === undefined ? part : { ...part, token }
    })
  }
}
