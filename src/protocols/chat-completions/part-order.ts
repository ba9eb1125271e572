import { z } from 'zod'
import { Fifo } from '../../core/fifo.ts'
import type { AssistantPart } from '../../core/prompt.ts'
import { unwrapJson, wrapJson } from '../envelope.ts'

/**
 * The order of an answer's parts, for which a message of Chat Completions has no place: its thoughts, its text and its
 * calls stand in three fields. Of a text it has the characters, and whether a token ends it.
 */
export type PartOrder = z.output<typeof order>

const order = z.array(z.union([z.enum(['reasoning', 'tool-call']), z.object({ text: z.number().int().min(0), token: z.boolean().optional() })])).min(1)

const envelope = z.object({ order })

export function wrapOrder(parts: PartOrder): string {
  return wrapJson({ order: parts })
}

/** Undefined for a text that holds no order. */
export function unwrapOrder(text: string): PartOrder | undefined {
  return envelope.safeParse(unwrapJson(text)).data?.order
}

/** Follows an answer as it is told to the client. */
export class OrderKeeper {
  readonly #order: PartOrder = []
  /** Whether more can be written to the last part. */
  #open = false
  #hasToken = false

  text(text: string): void {
    const last = this.#order.at(-1)
    if (this.#open && typeof last === 'object') last.text += text.length
    else if (text !== '') this.#begin({ text: text.length })
  }

  thought(): void {
    if (!this.#open || this.#order.at(-1) !== 'reasoning') this.#begin('reasoning')
  }

  call(): void {
    this.#begin('tool-call')
  }

  /** The token of a call, or of the thought or the text that is being written, which it ends. */
  token(part: AssistantPart['type']): void {
    this.#hasToken = true
    if (part === 'tool-call') return
    if (part === 'reasoning') this.thought()
    else this.#endText()
    this.#open = false
  }

  /** The order, where somebody may care for it and the fields do not tell it: thoughts, one text, calls. */
  get untold(): PartOrder | undefined {
    if (!this.#hasToken) return undefined
    const ranks = this.#order.map((part) => (part === 'reasoning' ? 0 : part === 'tool-call' ? 2 : 1))
    const inTurn = ranks.every((rank, index) => index === 0 || rank >= ranks[index - 1]!)
    const [, ...moreTexts] = this.#order.filter((part) => typeof part === 'object')
    return inTurn && moreTexts.every(({ text }) => text === 0) ? undefined : this.#order
  }

  #begin(part: PartOrder[number]): void {
    this.#order.push(part)
    this.#open = true
  }

  #endText(): void {
    const last = this.#order.at(-1)
    if (this.#open && typeof last === 'object') last.token = true
    else this.#begin({ text: 0, token: true })
  }
}

/** The parts in the order that they had, as far as they are the ones that had it. */
export function inOrder(parts: readonly AssistantPart[], wanted: PartOrder): readonly AssistantPart[] {
  const thoughts = new Fifo(parts.filter((part) => part.type === 'reasoning'))
  const calls = new Fifo(parts.filter((part) => part.type === 'tool-call'))
  const said = parts.filter((part) => part.type === 'text')
  const tokens = new Fifo(said.flatMap(({ token }) => token ?? []))
  const texts = wanted.filter((part) => typeof part === 'object')
  const text = said.map(({ text }) => text).join('')
  const count = (part: PartOrder[number]) => wanted.filter((one) => one === part).length
  if (count('reasoning') !== thoughts.length || count('tool-call') !== calls.length || texts.filter(({ token }) => token).length !== tokens.length) return parts
  // Clients may take the blanks from its end.
  const before = texts.slice(0, -1).reduce((sum, { text }) => sum + text, 0)
  if (before > text.length || (texts.length === 0 && text !== '')) return parts
  const last = texts.at(-1)
  let rest = text
  return wanted.flatMap((part): AssistantPart[] => {
    if (part === 'reasoning') return [thoughts.shift()!]
    if (part === 'tool-call') return [calls.shift()!]
    const text = part === last ? rest : rest.slice(0, part.text)
    rest = rest.slice(text.length)
    const token = part.token ? tokens.shift() : undefined
    return text === '' && token === undefined ? [] : [{ type: 'text', text, ...(token && { token }) }]
  })
}
