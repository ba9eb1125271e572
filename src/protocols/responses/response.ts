import type { BridgeError } from '../../core/errors.ts'
import type { FinishReason } from '../../core/answer-event.ts'
import type { AnswerCost } from '../../core/money.ts'
import { NO_USAGE, type Usage } from '../../core/usage.ts'
import { encodeCost } from '../openai-usage.ts'
import type { ResponseIdentity } from '../protocol.ts'
import type { RawTool, ResponsesRequest } from './schema.ts'
import type { JsonItem, JsonResponse, JsonUsage } from './shapes.ts'

export interface ResponseFacts {
  identity: ResponseIdentity
  /** The model as the client named it, or the one that was chosen for it. */
  model: string
  /** Those that the model was offered. */
  tools: RawTool[]
}

/** The response as it is before anything of it is known. What the client left out has OpenAI's default. */
export function newResponse(request: ResponsesRequest, { identity, model, tools }: ResponseFacts): JsonResponse {
  return {
    id: `resp_${identity.id}`,
    object: 'response',
    created_at: identity.created,
    completed_at: null,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    presence_penalty: 0,
    frequency_penalty: 0,
    previous_response_id: request.previous_response_id || null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    service_tier: request.service_tier ?? 'auto',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: describeFormat(request.text), verbosity: request.text?.verbosity ?? 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: tools.map(describeTool),
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? 1,
    truncation: 'disabled',
    usage: null,
    ...(request.user && { user: request.user }),
  }
}

/** The response when the model has ended its answer. */
export function endResponse(response: JsonResponse, output: JsonItem[], reason: FinishReason, usage: JsonUsage): JsonResponse {
  const cut = incompleteReason(reason)
  return {
    ...response,
    status: cut ? 'incomplete' : 'completed',
    completed_at: cut ? null : Math.max(response.created_at, Math.floor(Date.now() / 1000)),
    incomplete_details: cut ? { reason: cut } : null,
    output,
    usage,
  }
}

/** The response when the answer broke off. */
export function failResponse(response: JsonResponse, output: JsonItem[], error: BridgeError): JsonResponse {
  return {
    ...response,
    status: error.code === 'cancelled' ? 'cancelled' : 'failed',
    error: { code: error.code, message: error.message },
    output,
  }
}

/** Why an answer is incomplete, if it is. */
export function incompleteReason(reason: FinishReason): 'max_output_tokens' | 'content_filter' | undefined {
  if (reason === 'length') return 'max_output_tokens'
  return reason === 'content-filter' ? 'content_filter' : undefined
}

export function encodeUsage(usage: Usage = NO_USAGE, cost?: AnswerCost): JsonUsage {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cachedInput, cache_write_tokens: usage.cacheWrites },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
    ...(cost && encodeCost(cost, 'input', 'output')),
  }
}

function describeFormat(text: ResponsesRequest['text']): JsonResponse['text']['format'] {
  const format = text?.format
  if (format?.type !== 'json_schema') return { type: format?.type ?? 'text' }
  return { ...format, description: format.description ?? null, strict: format.strict ?? false }
}

/** Functions have all their fields in a response, also those that may be left out of a request. */
function describeTool(tool: RawTool): RawTool {
  if (tool.type !== 'function') return tool
  return { ...tool, description: tool.description ?? null, parameters: tool.parameters ?? null, strict: tool.strict ?? false }
}
