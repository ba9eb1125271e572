import { BridgeError } from '../../core/errors.ts'
import type { OutputFormat, Parameters } from '../../core/prompt.ts'
import type { ChatRequest } from './schema.ts'
import { withoutAbsent } from '../without-absent.ts'

/** OpenAI's names of the parameters. */
export const parameterNames: Record<keyof Parameters, string> = {
  temperature: 'temperature',
  topP: 'top_p',
  maxOutputTokens: 'max_completion_tokens',
  stop: 'stop',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  reasoningEffort: 'reasoning_effort',
  verbosity: 'verbosity',
  parallelToolCalls: 'parallel_tool_calls',
  user: 'user',
  metadata: 'metadata',
  store: 'store',
  serviceTier: 'service_tier',
  prediction: 'prediction',
  modalities: 'modalities',
}

/**
 * Reads the parameters of a request, without those whose value asks for nothing.
 * @throws BridgeError 400 for parameters that contradict each other
 */
export function decodeParameters(request: ChatRequest): Parameters {
  const stop = [request.stop ?? []].flat().filter((text) => text !== '')
  return withoutAbsent({
    temperature: request.temperature,
    topP: request.top_p,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    stop: filled(stop),
    seed: request.seed,
    presencePenalty: request.presence_penalty || undefined,
    frequencyPenalty: request.frequency_penalty || undefined,
    logitBias: filled(request.logit_bias),
    logprobs: decodeLogprobs(request),
    reasoningEffort: request.reasoning_effort,
    verbosity: request.verbosity,
    // Without tools there is nothing to call in parallel.
    parallelToolCalls: filled(request.tools) && request.parallel_tool_calls,
    user: request.user || undefined,
    metadata: filled(request.metadata),
    store: request.store || undefined,
    serviceTier: request.service_tier === 'auto' ? undefined : request.service_tier,
    prediction: request.prediction,
    modalities: request.modalities?.some((kind) => kind !== 'text') ? request.modalities : undefined,
  })
}

/** Reads what the text of the answer must be. */
export function decodeOutputFormat(format: ChatRequest['response_format']): OutputFormat {
  switch (format?.type) {
    case 'json_object':
      return { type: 'json' }
    case 'json_schema': {
      const { name, description, schema, strict } = format.json_schema
      return { type: 'json-schema', name, ...(typeof description === 'string' && { description }), schema, strict: strict ?? false }
    }
    default:
      return { type: 'text' }
  }
}

function decodeLogprobs({ logprobs, top_logprobs: alternatives }: ChatRequest): number | undefined {
  if (logprobs) return alternatives ?? 0
  if (!alternatives) return undefined
  throw new BridgeError("Invalid value for 'top_logprobs': it needs 'logprobs' to be true.", {
    code: 'invalid_value',
    status: 400,
    param: 'top_logprobs',
  })
}

/** A list or an object that holds something, else undefined. */
function filled<T extends object>(value: T | null | undefined): T | undefined {
  return value && Object.keys(value).length > 0 ? value : undefined
}
