import type { ToolOffer } from '../call-arguments.ts'
import { type Json, isBlank, isRecord, unknownKey, words } from '../check.ts'
import { checkFunction } from './chat-tools.ts'
import { missingParameter, openAiRefusal, unknownParameter, wrongType, wrongValue } from './errors.ts'

/** From `ResponseCreateParamsBase` of openai 6.49; `client_metadata` is in no SDK, but Codex sends it to OpenAI with every request. */
const KEYS = words(`
  background client_metadata context_management conversation include input instructions max_output_tokens max_tool_calls metadata model
  moderation parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention
  reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs
  top_p truncation user
`)

const INCLUDES = [
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
  'reasoning.encrypted_content',
  'message.output_text.logprobs',
]
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
const SUMMARIES = ['auto', 'concise', 'detailed']
const TOOL_KEYS = new Set(['type', 'name', 'description', 'parameters', 'strict', 'allowed_callers', 'defer_loading', 'output_schema'])
/** Tools that are not functions are not looked into. */
const HOSTED =
  /^(custom|local_shell|shell|apply_patch|namespace|tool_search|programmatic_tool_calling|image_generation|code_interpreter|mcp|file_search|computer|computer_use_preview|web_search(_preview)?(_\d{4}_\d{2}_\d{2})?)$/
const MIN_OUTPUT_TOKENS = 16

export interface ResponsesRequest {
  body: Json
  model: string
  streamed: boolean
  stored: boolean
  /** Whether reasoning items carry their token. */
  encrypted: boolean
  tools: ToolOffer[]
}

/** Checks everything of a Responses request beside its input. */
export function checkResponsesRequest(body: unknown, vendor: string): ResponsesRequest {
  if (!isRecord(body)) throw openAiRefusal(`${vendor}/json`, 'We could not parse the JSON body of your request.')
  const stranger = unknownKey(body, KEYS)
  if (stranger !== undefined) throw unknownParameter(`${vendor}/unknown-field`, stranger)
  if (isBlank(body.model)) throw missingParameter(`${vendor}/missing`, 'model')
  if (typeof body.model !== 'string') throw wrongType(`${vendor}/type`, 'model', 'a string', body.model)
  for (const key of ['store', 'stream', 'parallel_tool_calls']) {
    if (!isBlank(body[key]) && typeof body[key] !== 'boolean') throw wrongType(`${vendor}/type`, key, 'a boolean', body[key])
  }
  if (!isBlank(body.stream_options) && body.stream !== true)
    throw openAiRefusal(`${vendor}/stream-options`, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", { param: 'stream_options' })
  if (!isBlank(body.max_output_tokens) && body.max_output_tokens < MIN_OUTPUT_TOKENS) {
    throw openAiRefusal(
      `${vendor}/range`,
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${MIN_OUTPUT_TOKENS}, but got ${body.max_output_tokens} instead.`,
      { param: 'max_output_tokens', code: 'integer_below_min_value' },
    )
  }
  // The models that reason take none of these: https://platform.openai.com/docs/guides/latest-model
  for (const key of ['temperature', 'top_p']) {
    if (!isBlank(body[key]) && body[key] !== 1)
      throw openAiRefusal(`${vendor}/sampling`, `Unsupported parameter: '${key}' is not supported with this model.`, { param: key })
  }
  checkReasoningOptions(body, vendor)
  return {
    body,
    model: body.model,
    streamed: body.stream === true,
    stored: body.store !== false,
    encrypted: (body.include ?? []).includes('reasoning.encrypted_content'),
    tools: checkTools(body, vendor),
  }
}

function checkReasoningOptions({ include, reasoning }: Json, vendor: string): void {
  if (!isBlank(include)) {
    if (!Array.isArray(include)) throw wrongType(`${vendor}/type`, 'include', 'an array of strings', include)
    const strange = include.findIndex((one) => !INCLUDES.includes(one))
    if (strange !== -1) throw wrongValue(`${vendor}/include`, `include[${strange}]`, include[strange], INCLUDES)
  }
  if (isBlank(reasoning)) return
  if (!isRecord(reasoning)) throw wrongType(`${vendor}/type`, 'reasoning', 'an object', reasoning)
  const stranger = unknownKey(reasoning, new Set(['effort', 'summary', 'generate_summary', 'context', 'mode']))
  if (stranger !== undefined) throw unknownParameter(`${vendor}/unknown-field`, `reasoning.${stranger}`)
  if (!isBlank(reasoning.effort) && !EFFORTS.includes(reasoning.effort)) throw wrongValue(`${vendor}/effort`, 'reasoning.effort', reasoning.effort, EFFORTS)
  if (!isBlank(reasoning.summary) && !SUMMARIES.includes(reasoning.summary))
    throw wrongValue(`${vendor}/summary`, 'reasoning.summary', reasoning.summary, SUMMARIES)
}

function checkTools({ tools, tool_choice }: Json, vendor: string): ToolOffer[] {
  if (isBlank(tools)) return []
  if (!Array.isArray(tools)) throw wrongType(`${vendor}/type`, 'tools', 'an array of objects', tools)
  const offers = tools.flatMap((tool: unknown, index: number) => {
    const at = `tools[${index}]`
    if (!isRecord(tool)) throw wrongType(`${vendor}/type`, at, 'an object', tool)
    if (isBlank(tool.type)) throw missingParameter(`${vendor}/missing`, `${at}.type`)
    if (HOSTED.test(tool.type)) return []
    if (tool.type !== 'function')
      throw wrongValue(`${vendor}/tool-type`, `${at}.type`, tool.type, [
        'function',
        'custom',
        'web_search',
        'file_search',
        'code_interpreter',
        'image_generation',
        'local_shell',
        'mcp',
      ])
    return [checkFunction(vendor, tool, at, TOOL_KEYS)]
  })
  if (isRecord(tool_choice) && tool_choice.type === 'function' && !offers.some(({ name }) => name === tool_choice.name)) {
    throw openAiRefusal(`${vendor}/tool-choice`, `Tool choice 'function' not found in 'tools' parameter.`, { param: 'tool_choice' })
  }
  return offers
}
