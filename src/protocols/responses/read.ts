import { BridgeError } from '../../core/errors.ts'
import type { DraftMessage } from '../draft-prompt.ts'
import type { Decoded, ReadContext, RequestHead } from '../protocol.ts'
import { readBody, Tolerance } from '../read-body.ts'
import { checkCalls } from './check-calls.ts'
import { decodeItems } from './decode-items.ts'
import { decodeToolChoice } from './decode-tool-choice.ts'
import { decodeTools, isHosted, type PlacedTool } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { keepable } from './keepable.ts'
import type { Recalled, ResponseKeeper } from './memory.ts'
import { decodeOutputFormat, decodeParameters, ENCRYPTED } from './parameters.ts'
import { parseKnownAt } from './parse-at.ts'
import { historyOf, parseItem, type PlacedItem, readHistory, readInput } from './read-input.ts'
import { newResponse } from './response.ts'
import { requestSchema, type ResponsesRequest, toolSchemas } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

export interface ResponsesContext extends ReadContext {
  recalled: Recalled
  keeper: ResponseKeeper
}

/** Reads the body of `POST /v1/responses`; see `Protocol.read`. */
export function readResponsesRequest(body: Record<string, unknown>, context: ResponsesContext): RequestHead {
  const { known, strict } = readBody(requestSchema, body)
  if (known.background) throw unsupported('background', 'the bridge runs no responses in the background; leave it out and stream')
  const tolerance = new Tolerance(body)
  checkTools(known, body, tolerance)
  checkItems(known, body, { ...context, tolerance })
  return {
    model: known.model ?? undefined,
    choices: 1,
    stream: known.stream ?? false,
    decode: (model) => decode(strict(), { ...context, body, model, searches: context.hosted?.includes('search') ?? false }),
    createEncoder: (identity, model) => {
      const response = newResponse(known, { identity, model: known.model || model, tools: known.tools ?? [] })
      return createEncoder(response, { offered: [], showTokens: wantsTokens(known), finished: () => {}, ...(identity.cost && { cost: identity.cost }) })
    },
  }
}

function checkTools({ tools }: ResponsesRequest, body: unknown, tolerance: Tolerance): void {
  for (const [index, raw] of (tools ?? []).entries()) {
    const schema = Object.hasOwn(toolSchemas, raw.type) && !isHosted(raw) ? toolSchemas[raw.type as keyof typeof toolSchemas] : undefined
    if (schema) parseKnownAt<unknown>(schema, raw, ['tools', index], body, tolerance)
  }
}

/** What the vendor keeps may hold the calls that results are of. */
function checkItems(request: ResponsesRequest, body: unknown, { continues, recalled, tolerance }: ResponsesContext & { tolerance: Tolerance }): void {
  const { previous } = recalled
  const own = (Array.isArray(request.input) ? request.input : []).map((raw, index) => {
    const path = ['input', index]
    const item = parseItem(raw, path, body, tolerance)
    return { item: item.type === 'item_reference' ? (recalled.items.get(item.id) ?? item) : item, path }
  })
  const incomplete =
    (Boolean(request.previous_response_id) && previous === undefined) || request.conversation != null || own.some(({ item }) => item.type === 'item_reference')
  checkCalls([...(previous ? historyOf(previous) : []), ...own], { ...(continues && { continues }), incomplete })
}

interface DecodeOptions extends ResponsesContext {
  body: Record<string, unknown>
  model: string
  searches: boolean
}

function decode(request: ResponsesRequest, { body, model, recalled, keeper, searches }: DecodeOptions): Decoded {
  refuseUnsupported(request)
  const own = readInput(request.input, body, { recalled })
  const previous = request.previous_response_id ? readHistory(request.previous_response_id, recalled) : undefined
  const items = [...(previous?.items ?? []), ...own]
  if (items.length === 0) throw missingInput()

  const { offered, sent, leftOut, unread, search } = decodeTools(listedTools(request), addedTools(items), body, searches)
  const choice = decodeToolChoice(request.tool_choice, offered, body, search !== undefined)
  const { tools, toolChoice } = choice
  return {
    prompt: {
      model,
      messages: [...instructions(request), ...decodeItems(items)],
      tools,
      toolChoice,
      ...(search && { hosted: { search } }),
      output: decodeOutputFormat(request.text),
      parameters: decodeParameters(request, tools.length > 0),
    },
    choices: 1,
    get ignored() {
      return unreadFields(
        request,
        body,
        own.map(({ item }) => item),
        { leftOut, unread: [...unread, ...choice.unread], searches },
      )
    },
    stream: request.stream ?? false,
    createEncoder: (identity) => {
      const response = newResponse(request, { identity, model: request.model || model, tools: sent })
      const input = items.map(({ item }) => item)
      const keeps = response.store || keeper.keepsAll
      if (keeps) keeper.begin({ response, input: keepable(input, identity.id) })
      return createEncoder(response, {
        offered,
        showTokens: wantsTokens(request),
        ...(identity.cost && { cost: identity.cost }),
        finished: keeps ? (end, output) => keeper.end(end, output) : () => {},
      })
    },
  }
}

function wantsTokens({ include }: ResponsesRequest): boolean {
  return include?.includes(ENCRYPTED) ?? false
}

function refuseUnsupported({ conversation, prompt }: ResponsesRequest): void {
  if (conversation != null) throw unsupported('conversation', "the bridge keeps no conversations; use 'previous_response_id'")
  if (prompt != null) throw unsupported('prompt', "the bridge keeps no prompt templates; send 'instructions' and 'input'")
}

function instructions({ instructions: text }: ResponsesRequest): DraftMessage[] {
  return text ? [{ role: 'system', content: text }] : []
}

function listedTools({ tools }: ResponsesRequest): PlacedTool[] {
  return (tools ?? []).map((raw, index) => ({ raw, path: ['tools', index] }))
}

function addedTools(items: readonly PlacedItem[]): PlacedTool[] {
  return items.flatMap(({ item, path }) =>
    item.type === 'additional_tools' || item.type === 'tool_search_output' ? item.tools.map((raw, index) => ({ raw, path: [...path, 'tools', index] })) : [],
  )
}

function unsupported(param: string, reason: string): BridgeError {
  return new BridgeError(`Unsupported parameter: '${param}': ${reason}.`, { code: 'unsupported_parameter', status: 400, param })
}

function missingInput(): BridgeError {
  return new BridgeError("Missing required parameter: 'input'. Expected a string or an array of items.", {
    code: 'missing_required_parameter',
    status: 400,
    param: 'input',
  })
}
