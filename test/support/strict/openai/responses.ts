import type { Json } from '../check.ts'
import { turnOf } from '../history.ts'
import { newId, type Reply, type Wire, type WireContext } from '../wire.ts'
import { unknownModel } from './chat.ts'
import { openAiFailure, openAiRefusal, requireBearer } from './errors.ts'
import { issueItems, responsesReply } from './responses-answer.ts'
import { checkItems, pairItems } from './responses-items.ts'
import { checkReasoningItems, notFound } from './responses-reasoning.ts'
import { checkResponsesRequest, type ResponsesRequest } from './responses-request.ts'
import type { StoredItems } from './responses-store.ts'

/** OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses/create */
export function openAiResponses(key: string, storeOf: (provider: string) => StoredItems): Wire {
  return {
    handle: ({ path, headers, body, provider }, context) => {
      requireBearer('responses/key', headers.authorization, key)
      if (path !== '/responses') throw openAiRefusal('responses/path', `Invalid URL (POST ${path})`, { status: 404 })
      return answerResponses({ body, provider, vendor: 'responses', store: storeOf(provider) }, context)
    },
    failure: openAiFailure,
  }
}

export interface ResponsesCall {
  body: unknown
  provider: string
  /** For the names of the rules. */
  vendor: string
  store: StoredItems
  /** Whether ids of items are what Copilot makes of them: new in every event, of any form, and never looked at. */
  rotatingIds?: boolean
}

/** Checks and answers a request whose login is settled. */
export function answerResponses({ body, provider, vendor, store, rotatingIds = false }: ResponsesCall, context: WireContext): Reply {
  const request = checkResponsesRequest(body, vendor)
  if (!context.knows(request.model)) throw unknownModel(`${vendor}/model`, request.model)
  const owner = { provider, model: request.model }
  const items = conversationOf(request, { vendor, store, rotatingIds })
  const entries = pairItems(items, vendor)
  checkReasoningItems(items, { vendor, owner, context, store, looksAtIds: !rotatingIds })
  const answer = context.play(turnOf(request.model, entries, request.tools))
  const issued = issueItems(answer, owner, context, rotatingIds)
  context.issue(issued)
  const id = newId('resp_')
  const { reply, output } = responsesReply(request, answer, issued, { id, rotatingIds })
  if (request.stored) store.keep(id, items, output)
  return reply
}

/** The input after what it continues, with the items that it refers to. */
function conversationOf({ body }: ResponsesRequest, { vendor, store, rotatingIds }: Pick<ResponsesCall, 'vendor' | 'store' | 'rotatingIds'>): Json[] {
  const given = checkItems(body.input ?? [], vendor, rotatingIds !== true).map((item) => {
    if (item.type !== 'item_reference') return item
    const stored = store.item(item.id)
    if (!stored) throw notFound(vendor, item.id)
    return stored
  })
  const previous = body.previous_response_id ?? undefined
  if (previous === undefined) return given
  const before = store.conversation(previous)
  if (!before)
    throw openAiRefusal(`${vendor}/previous-response`, `Previous response with id '${previous}' not found.`, {
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    })
  return [...before, ...given]
}
