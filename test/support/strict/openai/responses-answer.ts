import { randomBytes } from 'node:crypto'
import type { Json } from '../check.ts'
import type { IssuedAnswer, IssuedPiece } from '../ledger.ts'
import type { Answer } from '../scripts.ts'
import { frame, inPieces, newId, type Reply, stream, TOKENS, type WireContext } from '../wire.ts'
import { openAiFailure } from './errors.ts'
import type { ResponsesRequest } from './responses-request.ts'

/** The pieces of an answer with ids and tokens. */
export function issueItems({ pieces }: Answer, owner: IssuedAnswer['owner'], context: WireContext, rotatingIds: boolean): IssuedAnswer {
  const itemId = (prefix: string) => (rotatingIds ? opaqueId() : newId(prefix))
  return {
    owner,
    pieces: pieces.map((piece): IssuedPiece => {
      if (piece.type === 'text') return { type: 'text', text: piece.text, id: itemId('msg_') }
      if (piece.type === 'call') return { type: 'call', id: piece.id ?? newId('call_'), name: piece.name, arguments: piece.arguments, itemId: itemId('fc_') }
      return {
        type: 'thinking',
        text: piece.text,
        redacted: piece.redacted === true,
        id: itemId('rs_'),
        token: context.mint(owner, { kind: 'reasoning', content: '' }),
      }
    }),
  }
}

export interface ItemStyle {
  /** The id of a response. */
  id: string
  /** Whether every event names its item anew, as Copilot does; only its index stays. */
  rotatingIds: boolean
}

/** Writes an answer as Responses' events, or as one response. `output` are its items as they are sent. */
export function responsesReply(
  request: ResponsesRequest,
  answer: Answer,
  issued: IssuedAnswer,
  { id, rotatingIds }: ItemStyle,
): { reply: Reply; output: Json[] } {
  const output = issued.pieces.map((piece) => itemOf(piece, request))
  const usage = usageOf(issued)
  const cutShort = answer.end === 'length'
  const finished = {
    ...responseOf(request, id),
    status: cutShort ? 'incomplete' : 'completed',
    incomplete_details: cutShort ? { reason: 'max_output_tokens' } : null,
    output,
    usage,
  }
  if (!request.streamed) return { reply: { status: 200, json: finished }, output }
  const numbered = numberedEvents()
  const begun = { ...responseOf(request, id), status: 'in_progress', output: [], usage: null }
  const frames = [numbered('response.created', { response: begun }), numbered('response.in_progress', { response: begun })]
  const events = output.flatMap(itemEvents)
  for (const { type, ...data } of rotatingIds ? events.map(renamed) : events) frames.push(numbered(type, data))
  if (answer.end === 'error') {
    const { error } = openAiFailure(500)
    frames.push(numbered('response.failed', { response: { ...begun, status: 'failed', error: { code: 'server_error', message: error.message } } }))
  } else if (answer.end !== 'cut') {
    frames.push(numbered(cutShort ? 'response.incomplete' : 'response.completed', { response: finished }))
  }
  return { reply: stream(frames, answer), output }
}

function numberedEvents() {
  let sequence_number = 0
  return (type: string, data: object): string => frame({ type, sequence_number: sequence_number++, ...data }, type)
}

function responseOf({ body }: ResponsesRequest, id: string): Json {
  return {
    id,
    object: 'response',
    created_at: 1_790_000_000,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: body.model,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
    store: body.store ?? true,
    temperature: 1,
    text: { format: { type: 'text' }, ...body.text },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: 1,
    truncation: 'disabled',
    user: null,
    metadata: {},
  }
}

/** A summary is shown when it is asked for, a token when `include` has it. */
function itemOf(piece: IssuedPiece, { body, encrypted }: ResponsesRequest): Json {
  if (piece.type === 'text')
    return {
      id: piece.id,
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: piece.text, annotations: [], logprobs: [] }],
    }
  if (piece.type === 'call')
    return { id: piece.itemId, type: 'function_call', status: 'completed', call_id: piece.id, name: piece.name, arguments: JSON.stringify(piece.arguments) }
  const summary = piece.text !== '' && typeof body.reasoning?.summary === 'string' ? [{ type: 'summary_text', text: piece.text }] : []
  return { id: piece.id, type: 'reasoning', summary, ...(encrypted ? { encrypted_content: piece.token } : {}) }
}

type ItemEvent = { type: string } & Json

function itemEvents(item: Json, output_index: number): ItemEvent[] {
  const added = (blank: Json) => ({
    type: 'response.output_item.added',
    output_index,
    item: { ...item, ...(item.status ? { status: 'in_progress' } : {}), ...blank },
  })
  const done = { type: 'response.output_item.done', output_index, item }
  const at = { item_id: item.id, output_index }
  if (item.type === 'function_call') {
    const deltas = inPieces(item.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta }))
    return [added({ arguments: '' }), ...deltas, { type: 'response.function_call_arguments.done', ...at, arguments: item.arguments }, done]
  }
  if (item.type === 'message') return [added({ content: [] }), ...textEvents(item.content[0], { ...at, content_index: 0 }), done]
  return [added({ summary: [] }), ...item.summary.flatMap((part: Json) => summaryEvents(part, { ...at, summary_index: 0 })), done]
}

/** The same event with another id for its item, but for the last one of the item. */
function renamed(event: ItemEvent): ItemEvent {
  if (event.type === 'response.output_item.done') return event
  const id = opaqueId()
  return { ...event, ...(event.item_id === undefined ? { item: { ...event.item, id } } : { item_id: id }) }
}

/** An id of Copilot's: base64 of some 400 characters, without a prefix. */
export function opaqueId(): string {
  return randomBytes(300).toString('base64')
}

function textEvents(part: Json, at: Json): ItemEvent[] {
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...inPieces(part.text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ]
}

function summaryEvents(part: Json, at: Json): ItemEvent[] {
  return [
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...inPieces(part.text).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
    { type: 'response.reasoning_summary_text.done', ...at, text: part.text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ]
}

function usageOf({ pieces }: IssuedAnswer): Json {
  return {
    input_tokens: TOKENS.input,
    input_tokens_details: { cached_tokens: TOKENS.cached },
    output_tokens: TOKENS.output,
    output_tokens_details: { reasoning_tokens: pieces.some(({ type }) => type === 'thinking') ? TOKENS.thinking : 0 },
    total_tokens: TOKENS.input + TOKENS.output,
  }
}
