import { asInput } from './keepable.ts'
import { BridgeError } from '../../core/errors.ts'
import { formatPath } from '../invalid-request.ts'
import { checkForeign, isForeign } from './foreign-items.ts'
import { type InputItem, type ItemReference, itemSchemas, type ItemType } from './item-schema.ts'
import type { KeptResponse, Recalled } from './memory.ts'
import type { Tolerance } from '../read-body.ts'
import { parseAt, parseKnownAt } from './parse-at.ts'
import type { ResponsesRequest } from './schema.ts'

/** An item, and where the client wrote it. */
export interface PlacedItem {
  item: InputItem
  path: readonly PropertyKey[]
}

export interface ReadOptions {
  recalled: Recalled
  /** Makes items that hold what the bridge does not know foreign ones, as those are whose type it does not know. */
  tolerance?: Tolerance
}

/**
 * Reads the input of a request, references resolved.
 * @throws BridgeError 400 for an item that is not valid, and for a reference to none that is kept
 */
export function readInput(input: ResponsesRequest['input'], body: unknown, options: ReadOptions): PlacedItem[] {
  if (typeof input === 'string') {
    const content = [{ type: 'input_text' as const, text: input }]
    return [{ item: { type: 'message', role: 'user', content }, path: ['input'] }]
  }
  return (input ?? []).map((raw, index) => {
    const path = ['input', index]
    return { item: readItem(raw, path, body, options), path }
  })
}

/**
 * The conversation that led to an earlier response, with what the model said in it.
 * @throws BridgeError 404 when it is not kept
 */
export function readHistory(id: string, { previous }: Recalled): { kept: KeptResponse; items: PlacedItem[] } {
  if (previous === undefined) {
    throw new BridgeError(`Previous response with id '${shorten(id)}' not found.`, {
      code: 'previous_response_not_found',
      status: 404,
      param: 'previous_response_id',
    })
  }
  return { kept: previous, items: historyOf(previous) }
}

/** What a response was given, and what the model said in it. */
export function historyOf(kept: KeptResponse): PlacedItem[] {
  // A call that broke off has no result and never will.
  const said = (kept.output ?? kept.response.output).filter(({ type, status }) => status === 'completed' || !type.endsWith('_call'))
  return [...kept.input, ...said.map(asInput)].map((item, index) => ({ item, path: ['previous_response_id', 'input', index] }))
}

/**
 * An item as the client sent it, read as far as the bridge knows its type; references are not resolved.
 * @throws BridgeError 400 for one that is not valid
 */
export function parseItem(raw: Record<string, unknown>, path: readonly PropertyKey[], body: unknown, tolerance?: Tolerance): InputItem | ItemReference {
  const type = raw.type ?? (raw.role === undefined && raw.id !== undefined ? 'item_reference' : 'message')
  if (typeof type !== 'string') return parseAt(itemSchemas.message, { ...raw, type }, path, body)
  if (isForeign(type, raw)) {
    if (!tolerance) checkForeign(type, raw, formatPath(path))
    return foreign(raw, type)
  }
  const schema = itemSchemas[type as ItemType]
  const value = { ...raw, type }
  if (!tolerance) return parseAt<InputItem | ItemReference>(schema, value, path, body)
  return parseKnownAt<InputItem | ItemReference>(schema, value, path, body, tolerance) ?? foreign(raw, type)
}

function foreign(raw: Record<string, unknown>, type: string): InputItem {
  return { type: 'foreign', value: { ...raw, type }, ...(typeof raw.id === 'string' && { id: raw.id }) }
}

function readItem(raw: Record<string, unknown>, path: readonly PropertyKey[], body: unknown, { recalled, tolerance }: ReadOptions): InputItem {
  const item = parseItem(raw, path, body, tolerance)
  if (item.type !== 'item_reference') return withKeptToken(item, recalled)

  const found = recalled.items.get(item.id)
  if (found) return found
  throw new BridgeError(
    `Item with id '${shorten(item.id)}' not found. Items are kept for a while, and only those of responses that are stored; send the item itself.`,
    { code: 'invalid_value', status: 400, param: `input[${String(path[1])}].id` },
  )
}

/** Clients that trust the server with what they did not ask for send an item back under its id, without its token. */
function withKeptToken(item: InputItem, { items }: Recalled): InputItem {
  const kept = item.id ? items.get(item.id) : undefined
  if (item.type === 'reasoning') {
    const isSame = kept?.type === 'reasoning' && !item.encrypted_content && JSON.stringify(kept.summary) === JSON.stringify(item.summary)
    return isSame ? { ...item, encrypted_content: kept.encrypted_content } : item
  }
  const isSame = kept?.token !== undefined && kept.type === item.type && (!('call_id' in item) || ('call_id' in kept && kept.call_id === item.call_id))
  return isSame ? { ...item, token: kept.token! } : item
}

function shorten(id: string): string {
  return /^[\w.:-]{1,80}$/.test(id) ? id : '…'
}
