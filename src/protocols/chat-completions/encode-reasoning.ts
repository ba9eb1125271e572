import { parseList } from '../../core/json-text.ts'
import type { AssistantPart, Reasoning, Token } from '../../core/prompt.ts'
import { isWrapped } from '../envelope.ts'
import { hiddenThought, type TokenPlace, wrapToken } from '../token-envelope.ts'
import { OrderKeeper, wrapOrder } from './part-order.ts'
import type { JsonReasoning, JsonReasoningDetail } from './shapes.ts'

/** Kinds whose token is OpenRouter's `data`; the others are the `signature` of a text. */
const DATA: readonly Token['kind'][] = ['redacted', 'encrypted']

/**
 * Writes what a model thought, and the tokens of all its parts. OpenAI has no fields for them: these are those of
 * OpenRouter, of GitHub Copilot, and of the many clients that look for a text. An item of `reasoning_details` has the
 * number of its part as `index`.
 */
export class ReasoningWriter {
  readonly #show: boolean
  readonly #order = new OrderKeeper()
  /** How many parts have a number. */
  #count = 0
  /** The thought that is being written. */
  #open: { index: number; text: string } | undefined

  /** @param show whether the client wants to see what the model thought */
  constructor(show: boolean) {
    this.#show = show
  }

  /** A piece of what was thought. */
  delta(text: string): Partial<JsonReasoning> {
    this.#open ??= { index: this.#count++, text: '' }
    this.#open.text += text
    if (this.#show) this.#order.thought()
    return this.#show ? { ...visible(text), reasoning_details: [textDetail(text, this.#open.index)] } : {}
  }

  /** A piece of what was said; what was thought before it is over. */
  text(text: string): void {
    this.#open = undefined
    this.#order.text(text)
  }

  /** A call begins. */
  call(): void {
    this.#open = undefined
    this.#order.call()
  }

  /** The token of a text or a call, or of the thought that is being written, which it ends. */
  token(token: Token, place: TokenPlace): Partial<JsonReasoning> {
    this.#order.token(place.part)
    if (place.part === 'text') this.#open = undefined
    if (place.part !== 'reasoning') return { reasoning_details: [elsewhere(token, place, this.#count++)] }
    const { index, text } = this.#open ?? { index: this.#count++, text: '' }
    this.#open = undefined
    if (this.#show && isOpaque(token)) return { reasoning_opaque: token.value }
    const list = token.kind === 'details' ? untold(detailsOf(token.value), { text, index, shown: this.#show }) : undefined
    return { reasoning_details: list ?? [tokenDetail(token, this.#show ? shownThought(token, text) : hiddenThought(token, text), index)] }
  }

  /** The answer is over: what of its order the message does not show. */
  end(): Partial<JsonReasoning> {
    const details = this.#untoldOrder()
    return details.length > 0 ? { reasoning_details: details } : {}
  }

  /** The fields for the parts of a whole message. */
  message(parts: readonly AssistantPart[]): Partial<JsonReasoning> {
    const text = this.#show ? parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('') : ''
    const details = [...parts.flatMap((part) => this.#details(part)), ...this.#untoldOrder()]
    const opaque = this.#show ? parts.flatMap(({ token }) => (token && isOpaque(token) ? [token.value] : [])) : []
    return {
      ...(text !== '' && visible(text)),
      ...(details.length > 0 && { reasoning_details: details }),
      ...(opaque.length > 0 && { reasoning_opaque: opaque.join('') }),
    }
  }

  #details(part: AssistantPart): JsonReasoningDetail[] {
    this.#keep(part)
    if (part.type === 'reasoning') return this.#thought(part)
    if (part.token === undefined) return []
    const place: TokenPlace = part.type === 'text' ? { part: 'text' } : { part: 'tool-call', id: part.id }
    return [elsewhere(part.token, place, this.#count++)]
  }

  #keep(part: AssistantPart): void {
    if (part.type === 'tool-call') this.#order.call()
    else if (part.type === 'text') this.#order.text(part.text)
    else if (this.#show && part.text !== '') this.#order.thought()
    if (part.token) this.#order.token(part.type)
  }

  #untoldOrder(): JsonReasoningDetail[] {
    const order = this.#order.untold
    return order === undefined ? [] : [{ type: 'reasoning.encrypted', data: wrapOrder(order), format: 'unknown', index: this.#count++ }]
  }

  #thought({ text, token }: Reasoning): JsonReasoningDetail[] {
    const index = this.#count++
    const shown = this.#show && text !== '' ? [textDetail(text, index)] : []
    if (token === undefined || (this.#show && isOpaque(token))) return shown
    const list = token.kind === 'details' ? detailsOf(token.value) : undefined
    if (list !== undefined && (this.#show || list.every((detail) => textOf(detail) === ''))) return list
    if (!this.#show) return [tokenDetail(token, hiddenThought(token, text), index)]
    const own = tokenDetail(token, shownThought(token, text), index)
    return 'signature' in own ? [{ ...own, text }] : [...shown, own]
  }
}

function visible(text: string): Pick<JsonReasoning, 'reasoning_content' | 'reasoning'> {
  return { reasoning_content: text, reasoning: text }
}

function textDetail(text: string, index: number): JsonReasoningDetail {
  return { type: 'reasoning.text', text, index }
}

function tokenDetail(token: Token, place: TokenPlace, index: number): JsonReasoningDetail {
  const id = token.id === undefined ? {} : { id: token.id }
  // Nobody else can read it, whatever vendor the format names.
  const more = { ...id, format: 'unknown', index }
  if (DATA.includes(token.kind)) return { type: 'reasoning.encrypted', data: wrapToken(token, place), ...more }
  return { type: 'reasoning.text', text: '', signature: wrapToken(token, place), ...more }
}

/** Some clients join texts that follow one another, whatever their numbers. */
function shownThought({ kind }: Token, text: string): TokenPlace {
  return { part: 'reasoning', ...(!DATA.includes(kind) && { length: text.length }) }
}

/** The token of a text or of a call, which here have no field for one. */
function elsewhere(token: Token, place: Exclude<TokenPlace, { part: 'reasoning' }>, index: number): JsonReasoningDetail {
  const id = place.part === 'tool-call' ? { id: place.id } : {}
  return { type: 'reasoning.encrypted', data: wrapToken(token, place), ...id, format: 'unknown', index }
}

/** GitHub Copilot's own, in its own field. */
function isOpaque({ kind, value }: Token): boolean {
  return kind === 'opaque' && !isWrapped(value)
}

/**
 * What of a vendor's list is still to be told behind a text that was streamed, so that the client has the list; undefined
 * where it would have another.
 */
function untold(list: JsonReasoningDetail[] | undefined, streamed: { text: string; index: number; shown: boolean }): JsonReasoningDetail[] | undefined {
  if (list === undefined) return undefined
  const texts = list.filter((detail) => textOf(detail) !== '')
  if (texts.length === 0) return list
  const [only] = texts
  const told = streamed.shown && texts.length === 1 && only!.type === 'reasoning.text' && only!.text === streamed.text && only!.index === streamed.index
  return told ? list.map((detail) => (detail === only ? { ...detail, text: '' } : detail)) : undefined
}

function textOf({ text, summary }: JsonReasoningDetail): string {
  return [text, summary].filter((value) => typeof value === 'string').join('')
}

function detailsOf(value: string): JsonReasoningDetail[] | undefined {
  const list = parseList(value)
  return list?.every((item) => typeof item === 'object' && item !== null) ? (list as JsonReasoningDetail[]) : undefined
}
