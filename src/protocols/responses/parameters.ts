import type { OutputFormat, Parameters } from '../../core/prompt.ts'
import { OPENAI_PARAMETER_NAMES } from '../openai-parameters.ts'
import { withoutAbsent } from '../without-absent.ts'
import type { ResponsesRequest } from './schema.ts'

/** The value of `include` that asks for log probabilities. */
export const LOGPROBS = 'message.output_text.logprobs'

/** The value that asks for what a provider wants back with what its model thought. */
export const ENCRYPTED = 'reasoning.encrypted_content'

/** OpenAI's names of the parameters, where the format has them. */
export const parameterNames: Record<keyof Parameters, string> = {
  ...OPENAI_PARAMETER_NAMES,
  maxOutputTokens: 'max_output_tokens',
  logprobs: 'top_logprobs',
  reasoningEffort: 'reasoning.effort',
  reasoningDisplay: 'reasoning.summary',
  verbosity: 'text.verbosity',
}

/**
 * Reads the parameters of a request, without those whose value asks for nothing. `store` and `metadata` are the
 * bridge's own to honour here, so they are not among them.
 */
export function decodeParameters(request: ResponsesRequest, hasTools: boolean): Parameters {
  const withLogprobs = request.include?.includes(LOGPROBS) ? 0 : undefined
  return withoutAbsent({
    temperature: request.temperature,
    topP: request.top_p,
    maxOutputTokens: request.max_output_tokens,
    logprobs: request.top_logprobs || withLogprobs,
    reasoningEffort: request.reasoning?.effort,
    reasoningDisplay: request.reasoning?.summary,
    verbosity: request.text?.verbosity,
    parallelToolCalls: hasTools ? request.parallel_tool_calls : undefined,
    user: request.user || undefined,
    serviceTier: request.service_tier === 'auto' ? undefined : request.service_tier,
  })
}

/** Reads what the text of the answer must be. */
export function decodeOutputFormat(text: ResponsesRequest['text']): OutputFormat {
  const format = text?.format
  switch (format?.type) {
    case 'json_object':
      return { type: 'json' }
    case 'json_schema': {
      const { name, description, schema, strict } = format
      return { type: 'json-schema', name, ...(typeof description === 'string' && { description }), schema, strict: strict ?? false }
    }
    default:
      return { type: 'text' }
  }
}
