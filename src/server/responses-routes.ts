import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { JsonText } from '../core/json-text.ts'
import { newIdentity } from '../exchange/exchange.ts'
import { type ModelNames, resolveModel } from '../models/names.ts'
import { createResponses, encodeInputTokens, responses as responsesFormat } from '../protocols/responses/index.ts'
import { listItem } from '../protocols/responses/keepable.ts'
import { type KeptResponse, keepsNothing } from '../protocols/responses/memory.ts'
import { prepareResponse } from '../protocols/responses/prepare.ts'
import type { JsonResponse } from '../protocols/responses/shapes.ts'
import { clientOf } from './admit.ts'
import type { TokenCounter } from './count-tokens.ts'
import { recordOf } from './event-record.ts'
import type { Responder } from './responder.ts'
import type { BodyReader } from './json-body.ts'
import { recall } from './recall.ts'
import type { FollowedRequest, ResponseStore } from './response-store.ts'
import { JSON_OR_EVENTS, type Route } from './route.ts'
import { turnOf } from './sockets/upgrade.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

export interface ResponsesRoutesOptions {
  bodies: BodyReader
  responder: Responder
  countTokens: TokenCounter
  responses: ResponseStore
  modelNames(): ModelNames
}

/** OpenAI's Responses, and what is kept of them. */
export function responsesRoutes(options: ResponsesRoutesOptions): readonly Route[] {
  const { responses, countTokens } = options
  const common = { tag: 'OpenAI', auth: true, protocol: responsesFormat } as const
  return [
    {
      ...common,
      method: 'POST',
      path: '/v1/responses',
      summary: 'Answers a conversation, and keeps the answer',
      request: responsesFormat.requestSchema,
      answers: JSON_OR_EVENTS,
      handler: (event) => createResponse(event, options),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/responses/input_tokens',
      summary: 'Estimates the tokens of a conversation',
      request: responsesFormat.requestSchema,
      handler: async (event) => {
        const kept = responses.of(clientOf(event).id)
        return encodeInputTokens(await countTokens(event, (body, context) => createResponses(recall(body, kept), keepsNothing).decode(body, context).prompt))
      },
    },
    { ...common, method: 'GET', path: '/v1/responses/:id', summary: 'Gives a response that was kept', handler: (event) => getResponse(event, responses) },
    { ...common, method: 'DELETE', path: '/v1/responses/:id', summary: 'Forgets a response', handler: (event) => deleteResponse(event, responses) },
    {
      ...common,
      method: 'GET',
      path: '/v1/responses/:id/input_items',
      summary: 'Lists what a response was made from',
      handler: (event) => listInputItems(event, responses),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/responses/:id/cancel',
      summary: 'Ends a response that is running',
      handler: (event) => cancelResponse(event, responses),
    },
  ]
}

/** `POST /v1/responses`: answers, and keeps the response unless the client does not want that. */
async function createResponse(event: H3Event, { bodies, responder, responses, modelNames }: ResponsesRoutesOptions): Promise<unknown> {
  const cancellation = new AbortController()
  const followed = responses.of(clientOf(event).id).follow(() => cancellation.abort())
  const turn = turnOf(event)
  const json = await bodies.readText(event)
  const memory = turn ? turn.memory.follow(followed, json.body.store !== false) : followed
  // A client that hangs up takes its response with it, and so does an error that it gets instead of one.
  cancellation.signal.addEventListener('abort', () => memory.discard(), { once: true })
  try {
    return turn?.prepares
      ? prepare(event, json, memory, modelNames())
      : await responder.answer(event, json, createResponses(recall(json.body, memory), memory), cancellation)
  } catch (error) {
    memory.discard()
    throw error
  }
}

/** A response without an answer, for a turn that is to go on with it. */
function prepare(event: H3Event, { body }: JsonText, memory: FollowedRequest, names: ModelNames): Response {
  const identity = newIdentity(recordOf(event).requestId)
  const events = prepareResponse(body, { identity, recalled: recall(body, memory), keeper: memory, resolveModel: (name) => resolveModel(name, names) })
  return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
}

/** `GET /v1/responses/{id}` */
function getResponse(event: H3Event, responses: ResponseStore): JsonResponse {
  if (event.url.searchParams.get('stream') === 'true') {
    throw new BridgeError("Unsupported value for 'stream': only responses in the background can be streamed again, and there are none.", {
      code: 'unsupported_value',
      status: 400,
      param: 'stream',
    })
  }
  return findKept(event, responses).response
}

/** `DELETE /v1/responses/{id}` */
function deleteResponse(event: H3Event, responses: ResponseStore): { id: string; object: 'response'; deleted: true } {
  const id = responseId(event)
  if (!responses.of(clientOf(event).id).delete(id)) throw notFound(id)
  return { id, object: 'response', deleted: true }
}

/** `POST /v1/responses/{id}/cancel` */
function cancelResponse(event: H3Event, responses: ResponseStore): JsonResponse {
  const cancelled = responses.of(clientOf(event).id).cancel(responseId(event))
  if (cancelled) return cancelled
  const { response } = findKept(event, responses)
  if (response.status === 'cancelled') return response
  throw new BridgeError('Cannot cancel a response that is over.', { code: 'invalid_value', status: 400 })
}

/** `GET /v1/responses/{id}/input_items`: a page of what the model was given, the newest first. */
function listInputItems(event: H3Event, responses: ResponseStore): Page {
  const query = event.url.searchParams
  const items = findKept(event, responses).input.map(listItem)
  const ordered = readOrder(query.get('order')) === 'asc' ? items : items.toReversed()
  const after = query.get('after')
  const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1
  if (after !== null && start === 0) throw invalidQuery('after', 'it names no item of this response')
  const end = start + readLimit(query.get('limit'))
  const data = ordered.slice(start, end)
  return {
    object: 'list',
    data,
    first_id: (data[0]?.id as string | undefined) ?? null,
    last_id: (data.at(-1)?.id as string | undefined) ?? null,
    has_more: end < ordered.length,
  }
}

interface Page {
  object: 'list'
  data: Record<string, unknown>[]
  first_id: string | null
  last_id: string | null
  has_more: boolean
}

function findKept(event: H3Event, responses: ResponseStore): KeptResponse {
  const id = responseId(event)
  const kept = responses.of(clientOf(event).id).get(id)
  if (kept === undefined) throw notFound(id)
  return kept
}

function responseId(event: H3Event): string {
  return event.context.params?.id ?? ''
}

function readOrder(order: string | null): 'asc' | 'desc' {
  if (order === null || order === 'desc') return 'desc'
  if (order === 'asc') return order
  throw invalidQuery('order', "expected one of 'asc', 'desc'")
}

function readLimit(limit: string | null): number {
  const number = limit === null ? DEFAULT_LIMIT : Number(limit)
  if (Number.isInteger(number) && number >= 1 && number <= MAX_LIMIT) return number
  throw invalidQuery('limit', `expected an integer from 1 to ${MAX_LIMIT}`)
}

function invalidQuery(param: string, reason: string): BridgeError {
  return new BridgeError(`Invalid value for '${param}': ${reason}.`, { code: 'invalid_value', status: 400, param })
}

function notFound(id: string): BridgeError {
  const shown = /^[\w.:-]{1,80}$/.test(id) ? id : '…'
  return new BridgeError(`Response with id '${shown}' not found.`, { code: 'response_not_found', status: 404, param: 'response_id' })
}
