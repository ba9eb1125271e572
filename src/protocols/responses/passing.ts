import type { Passing } from '../protocol.ts'
import { Tolerance } from '../read-body.ts'
import type { InputItem } from './item-schema.ts'
import { keepable, listItem } from './keepable.ts'
import type { KeptResponse, Recalled, ResponseKeeper } from './memory.ts'
import { readHistory, readInput } from './read-input.ts'
import type { JsonResponse } from './shapes.ts'

type Raw = Record<string, unknown>

/**
 * What the bridge keeps between requests, for a body that is passed on as it is: earlier responses and items that it
 * refers to are put in its place, since they are kept here whatever the provider keeps; and the provider's response is
 * kept under the provider's id.
 * @throws BridgeError 404 for a previous response, 400 for an item that is not kept
 */
export function passResponses(body: Raw, recalled: Recalled, keeper: ResponseKeeper): Passing {
  const previous =
    typeof body.previous_response_id === 'string' && body.previous_response_id !== '' ? readHistory(body.previous_response_id, recalled) : undefined
  const own = readInput(body.input as Raw[] | string, body, { recalled, tolerance: new Tolerance(body) }).map(({ item }) => item)
  const sent = rawInput(body.input)
  const resolved = sent.map((item, index) => (isReference(item) ? listItem(own[index]!) : item))
  const raw = [...(previous ? rawHistory(previous.kept) : []), ...resolved]
  const items = [...(previous?.items.map(({ item }) => item) ?? []), ...own]
  return {
    changes: previous || sent.some(isReference) ? { input: raw, previous_response_id: undefined } : {},
    ...(body.store === false && !keeper.keepsAll ? {} : { onData: keep(keeper, items, raw) }),
  }
}

/** Follows an answer, streamed or whole, and keeps its response. */
function keep(keeper: ResponseKeeper, items: InputItem[], raw: unknown[]): (data: unknown) => void {
  let begun = false
  const output: JsonResponse['output'] = []
  const begin = (response: JsonResponse) => {
    if (begun) return
    begun = true
    keeper.begin({ response, input: keepable(items, response.id), raw })
  }
  return (data) => {
    const event = data as { type?: string; object?: string; response?: JsonResponse; item?: JsonResponse['output'][number] } & Partial<JsonResponse>
    if (event.type === 'response.output_item.done' && event.item) output.push(event.item)
    const response = event.object === 'response' ? (event as JsonResponse) : event.response
    if (typeof response?.id !== 'string') return
    begin(response)
    // Some backends leave the output out at the end, having told it piece by piece.
    if (isOver(response.status)) keeper.end({ ...response, output: response.output?.length > 0 ? response.output : output })
  }
}

function isOver(status: unknown): boolean {
  return status === 'completed' || status === 'incomplete' || status === 'failed' || status === 'cancelled'
}

function rawInput(input: unknown): Raw[] {
  if (Array.isArray(input)) return input as Raw[]
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }] : []
}

function isReference(item: Raw): boolean {
  return item.type === 'item_reference' || (item.type === undefined && item.role === undefined && item.id !== undefined)
}

/**
 * What led to a response and what it said, for a provider. Ids mean something to a provider that keeps its responses;
 * to any other, reasoning without its encrypted content is unknown, and the ids of what it led to with it.
 */
function rawHistory({ response, input, raw }: KeptResponse): Raw[] {
  const before = (raw as Raw[] | undefined) ?? input.map(listItem)
  const after = (response.output as unknown as Raw[]).filter(({ status }) => status !== 'incomplete' && status !== 'in_progress')
  if (raw !== undefined && response.store) return [...before, ...after]
  return [...before, ...after.filter((item) => item.type !== 'reasoning' || item.encrypted_content).map(withoutId)]
}

function withoutId(item: Raw): Raw {
  if (item.type === 'reasoning') return item
  const { id: _id, ...rest } = item
  return rest
}
