import type { Reasoning } from '../../core/prompt.ts'
import { isWrapped } from '../envelope.ts'
import { HistoryParts } from '../history-parts.ts'
import { type PlacedToken, unwrapPlaced } from '../token-envelope.ts'
import { type PartOrder, unwrapOrder } from './part-order.ts'
import type { ChatMessage, ReasoningDetail } from './schema.ts'

type AssistantFields = Extract<ChatMessage, { role: 'assistant' }>

/** What a message says of its model's thoughts. */
export interface DecodedReasoning {
  parts: Reasoning[]
  /** Tokens of its text and of its calls. */
  elsewhere: PlacedToken[]
  /** Of all parts of the message, where it is not that of the fields. */
  order: PartOrder | undefined
}

/** Reads the fields in which `ReasoningWriter`, gateways and GitHub Copilot tell what a model thought. */
export function decodeReasoning(message: AssistantFields): DecodedReasoning {
  const thoughts = new HistoryParts()
  const elsewhere: PlacedToken[] = []
  const details = message.reasoning_details ?? []
  if (details.some(isVendors))
    addVendorList(
      thoughts,
      details.filter((detail) => !isOurs(detail)),
    )
  const groups = details.some(isVendors) ? details.filter(isOurs).map((detail) => [detail]) : byIndex(details)
  const text = message.reasoning_content || message.reasoning || message.reasoning_text || ''
  // Some clients keep the visible text and the tokens, but not the text among those.
  let rest = details.every((detail) => textOf(detail) === '') ? text : ''
  for (const group of groups) {
    const token = group.map(opaqueOf).find((value) => value !== '')
    const placed = token === undefined ? undefined : unwrapPlaced(token)
    if (placed && placed.place.part !== 'reasoning') elsewhere.push(placed)
    const thought = placed?.place.part === 'reasoning' ? placed : undefined
    const length = thought?.place.part === 'reasoning' ? (thought.place.length ?? 0) : 0
    thoughts.addThought(group.map(textOf).join('') || rest.slice(0, length), thought)
    rest = rest.slice(length)
  }
  if (message.reasoning_opaque) thoughts.addToken({ token: { kind: 'opaque', value: message.reasoning_opaque }, place: { part: 'reasoning' } })
  return {
    parts: withVisible(
      thoughts.parts().filter((part) => part.type === 'reasoning'),
      text,
    ),
    elsewhere,
    order: orderIn(details),
  }
}

function orderIn(details: readonly ReasoningDetail[]): PartOrder | undefined {
  return details.map((detail) => unwrapOrder(opaqueOf(detail))).find((order) => order !== undefined)
}

/** OpenRouter's own list goes back as it was. */
function addVendorList(thoughts: HistoryParts, details: readonly ReasoningDetail[]): void {
  const value = JSON.stringify(joinPieces(details))
  thoughts.add({ type: 'reasoning', text: details.map(textOf).join(''), token: { kind: 'details', value } })
}

/** Clients may keep a text in the pieces in which it was streamed; a signature ends one. */
function joinPieces(details: readonly ReasoningDetail[]): ReasoningDetail[] {
  const joined: ReasoningDetail[] = []
  for (const detail of details) {
    const last = joined.at(-1)
    const goesOn = last?.type === 'reasoning.text' && detail.type === last.type && detail.index === last.index && !last.signature
    if (goesOn) joined.splice(-1, 1, { ...last, ...detail, text: `${last.text ?? ''}${detail.text ?? ''}` })
    else joined.push(detail)
  }
  return joined
}

/** Items of one index are one; clients keep the pieces of a stream. */
function byIndex(details: readonly ReasoningDetail[]): ReasoningDetail[][] {
  const groups = new Map<unknown, ReasoningDetail[]>()
  for (const [position, detail] of details.entries()) {
    const key = detail.index ?? `at ${position}`
    const group = groups.get(key)
    if (group) group.push(detail)
    else groups.set(key, [detail])
  }
  return [...groups.values()]
}

/** The visible text, unless it is there already. */
function withVisible(parts: Reasoning[], text: string): Reasoning[] {
  if (text === '' || parts.some((part) => part.text !== '')) return parts
  const [first, ...others] = parts
  return [{ ...(first ?? { type: 'reasoning' }), text }, ...others]
}

function opaqueOf({ signature, data }: ReasoningDetail): string {
  return signature || data || ''
}

function isOurs(detail: ReasoningDetail): boolean {
  return isWrapped(opaqueOf(detail))
}

function isVendors(detail: ReasoningDetail): boolean {
  return opaqueOf(detail) !== '' && !isOurs(detail)
}

function textOf({ text, summary }: ReasoningDetail): string {
  return `${text ?? ''}${summary ?? ''}`
}
