import type { ToolOffer } from '../call-arguments.ts'
import { type Json, isBlank, isRecord, unknownKey, words } from '../check.ts'
import type { Entry } from '../history.ts'
import { checkChatMessages, type ChatRules } from './chat-messages.ts'
import { checkChatTools } from './chat-tools.ts'
import { missingParameter, openAiRefusal, wrongType } from './errors.ts'

/** From `ChatCompletionCreateParamsBase` of openai 6.49. */
const KEYS = words(`
  messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens
  metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options
`)

export interface ChatRequest {
  body: Json
  model: string
  streamed: boolean
  /** Whether a stream ends with a chunk of usage. */
  includesUsage: boolean
  entries: Entry[]
  tools: ToolOffer[]
}

/** Checks a chat request as its vendor does. */
export function checkChatRequest(body: unknown, rules: ChatRules): ChatRequest {
  const { vendor } = rules
  if (!isRecord(body)) throw openAiRefusal(`${vendor}/json`, 'We could not parse the JSON body of your request.')
  const stranger = unknownKey(body, KEYS)
  if (rules.closed && stranger !== undefined) throw openAiRefusal(`${vendor}/unknown-field`, `Unrecognized request argument supplied: ${stranger}`)
  if (isBlank(body.model)) throw openAiRefusal(`${vendor}/missing`, 'you must provide a model parameter')
  if (typeof body.model !== 'string') throw wrongType(`${vendor}/type`, 'model', 'a string', body.model)
  const entries = checkChatMessages(body.messages, rules)
  checkNumbers(body, vendor)
  if (!isBlank(body.stream) && typeof body.stream !== 'boolean') throw wrongType(`${vendor}/type`, 'stream', 'a boolean', body.stream)
  if (!isBlank(body.stream_options) && body.stream !== true) {
    throw openAiRefusal(`${vendor}/stream-options`, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", { param: 'stream_options' })
  }
  if (body.response_format?.type === 'json_schema' && typeof body.response_format.json_schema?.name !== 'string') {
    throw missingParameter(`${vendor}/missing`, 'response_format.json_schema.name')
  }
  return {
    body,
    model: body.model,
    streamed: body.stream === true,
    includesUsage: body.stream_options?.include_usage === true,
    entries,
    tools: checkChatTools(body),
  }
}

const RANGES: Record<string, [minimum: number, maximum: number]> = {
  temperature: [0, 2],
  top_p: [0, 1],
  presence_penalty: [-2, 2],
  frequency_penalty: [-2, 2],
  max_tokens: [1, Infinity],
  max_completion_tokens: [1, Infinity],
  n: [1, 128],
}

function checkNumbers(body: Json, vendor: string): void {
  for (const [param, [minimum, maximum]] of Object.entries(RANGES)) {
    const value = body[param]
    if (isBlank(value)) continue
    if (typeof value !== 'number') throw wrongType(`${vendor}/type`, param, 'a decimal', value)
    if (value >= minimum && value <= maximum) continue
    const [bound, word, code] =
      value < minimum
        ? [minimum, 'below minimum value. Expected a value >=', 'integer_below_min_value']
        : [maximum, 'above maximum value. Expected a value <=', 'decimal_above_max_value']
    throw openAiRefusal(`${vendor}/range`, `Invalid '${param}': value ${word} ${bound}, but got ${value} instead.`, { param, code: String(code) })
  }
}
