import type { Parameters } from '../../core/prompt.ts'
import type { CompletionRequest } from './schema.ts'
import { withoutAbsent } from '../without-absent.ts'

/** OpenAI's names of the parameters; those that this endpoint does not have keep the names of its successor. */
export const parameterNames: Record<keyof Parameters, string> = {
  temperature: 'temperature',
  topP: 'top_p',
  maxOutputTokens: 'max_tokens',
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
 * Reads the parameters of a request, without those whose value asks for nothing. OpenAI's default of 16 tokens is not
 * imposed: a chat model's answer would be a torn sentence.
 */
export function decodeParameters(request: CompletionRequest): Parameters {
  const stop = [request.stop ?? []].flat().filter((text) => text !== '')
  const bias = request.logit_bias ?? {}
  return withoutAbsent({
    temperature: request.temperature,
    topP: request.top_p,
    maxOutputTokens: request.max_tokens,
    stop: stop.length > 0 ? stop : undefined,
    seed: request.seed,
    presencePenalty: request.presence_penalty || undefined,
    frequencyPenalty: request.frequency_penalty || undefined,
    logitBias: Object.keys(bias).length > 0 ? bias : undefined,
    logprobs: request.logprobs,
    user: request.user || undefined,
  })
}
