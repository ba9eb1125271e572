import type { Parameters } from '../../core/prompt.ts'
import { decodeSampling, OPENAI_PARAMETER_NAMES } from '../openai-parameters.ts'
import { withoutAbsent } from '../without-absent.ts'
import type { CompletionRequest } from './schema.ts'

/** OpenAI's names of the parameters; those that this endpoint does not have keep the names of its successor. */
export const parameterNames: Record<keyof Parameters, string> = { ...OPENAI_PARAMETER_NAMES, maxOutputTokens: 'max_tokens' }

/**
 * Reads the parameters of a request, without those whose value asks for nothing. OpenAI's default of 16 tokens is not
 * imposed: a chat model's answer would be a torn sentence.
 */
export function decodeParameters(request: CompletionRequest): Parameters {
  return withoutAbsent({ ...decodeSampling(request), maxOutputTokens: request.max_tokens, logprobs: request.logprobs })
}
