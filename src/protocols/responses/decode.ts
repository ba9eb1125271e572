import { BridgeError } from '../../core/errors.ts'
import type { DraftMessage } from '../draft-prompt.ts'
import { invalidRequest } from '../invalid-request.ts'
import type { DecodeContext, Decoded } from '../protocol.ts'
import { decodeItems } from './decode-items.ts'
import { decodeToolChoice } from './decode-tool-choice.ts'
import { decodeTools, type PlacedTool } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { keepable } from './keepable.ts'
import type { ResponseMemory } from './memory.ts'
import { decodeOutputFormat, decodeParameters, ENCRYPTED } from './parameters.ts'
import { type PlacedItem, readHistory, readInput } from './read-input.ts'
import { newResponse } from './response.ts'
import { requestSchema, type ResponsesRequest } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

/**
 * Reads the body of `POST /v1/responses`.
 * @throws BridgeError 400 with `param`, 404 for a previous response that is not kept, or what `context.resolveModel` throws
 */
export function decodeResponsesRequest(body: Record<string, unknown>, context: DecodeContext, memory: ResponseMemory): Decoded {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  const request = parsed.data
  refuseUnsupported(request)

  const model = context.resolveModel(request.model ?? undefined)
  const own = readInput(request.input, body, memory)
  const previous = request.previous_response_id ? readHistory(request.previous_response_id, memory) : undefined
  const items = [...(previous?.items ?? []), ...own]
  if (items.length === 0) throw missingInput()

  const { offered, sent, leftOut } = decodeTools(listedTools(request), addedTools(items), body)
  const { tools, toolChoice } = decodeToolChoice(request.tool_choice, offered, body)
  return {
    prompt: {
      model,
      messages: [...instructions(request), ...decodeItems(items, context.continues)],
      tools,
      toolChoice,
      output: decodeOutputFormat(request.text),
      parameters: decodeParameters(request, tools.length > 0),
    },
    choices: 1,
    ignored: unreadFields(
      request,
      body,
      own.map(({ item }) => item),
      leftOut,
    ),
    stream: request.stream ?? false,
    createEncoder: (identity) => {
      const response = newResponse(request, { identity, model: request.model || model, tools: sent })
      const input = items.map(({ item }) => item)
      if (response.store) memory.begin({ response, input: keepable(input, identity.id) })
      return createEncoder(response, {
        offered,
        showTokens: request.include?.includes(ENCRYPTED) ?? false,
        finished: response.store ? (end, output) => memory.end(end, output) : () => {},
      })
    },
  }
}

function refuseUnsupported({ background, conversation, prompt }: ResponsesRequest): void {
  if (background) throw unsupported('background', 'the bridge runs no responses in the background; leave it out and stream')
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
    item.type === 'additional_tools' || item.type === 'tool_search_output'
      ? item.tools.map((raw, index) => ({ raw, path: [...path, 'tools', index] }))
      : [],
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
