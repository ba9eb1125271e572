import { parseList } from '../../core/json-text.ts'
import { objectsIn } from '../../core/json-value.ts'

/** An item of OpenRouter's `reasoning_details`. */
export type ReasoningDetail = Record<string, unknown>

/** The field of an item that comes in pieces, by the item's type. Encrypted data comes whole. */
const PIECES: Record<string, string> = { 'reasoning.text': 'text', 'reasoning.summary': 'summary' }

/** The list that a token holds. */
export function parseDetails(value: string): ReasoningDetail[] {
  return detailsIn(parseList(value))
}

export function detailsIn(list: unknown): ReasoningDetail[] {
  return objectsIn(list)
}

/** Adds a streamed piece to the item that it belongs to, by its index; a signature ends an item. */
export function addDetail(list: ReasoningDetail[], piece: ReasoningDetail): void {
  const field = PIECES[String(piece.type)]
  const item = field === undefined ? undefined : list.findLast((one) => one.type === piece.type && one.index === piece.index)
  if (item === undefined || field === undefined || (item.signature && piece[field])) {
    list.push({ ...piece })
    return
  }
  for (const [name, value] of Object.entries(piece)) {
    if (name === field) item[name] = `${item[name] ?? ''}${value ?? ''}`
    else if (value !== null || item[name] === undefined) item[name] = value
  }
}

/** What of it people may read. */
export function visibleTextOf(details: readonly ReasoningDetail[]): string {
  return details
    .map((detail) => detail[PIECES[String(detail.type)] ?? ''])
    .filter((text) => typeof text === 'string')
    .join('')
}
