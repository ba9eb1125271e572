import type { Parameters } from '../core/prompt.ts'
import { withoutAbsent } from './without-absent.ts'

/** OpenAI's names of the parameters, by those of Chat Completions; its other formats differ in a few. */
export const OPENAI_PARAMETER_NAMES: Record<keyof Parameters, string> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  maxOutputTokens: 'max_completion_tokens',
  stop: 'stop',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  reasoningEffort: 'reasoning_effort',
  // OpenRouter's, for OpenAI has none of them.
  reasoningMode: 'reasoning.enabled',
  reasoningBudget: 'reasoning.max_tokens',
  reasoningDisplay: 'reasoning.exclude',
  verbosity: 'verbosity',
  parallelToolCalls: 'parallel_tool_calls',
  user: 'user',
  metadata: 'metadata',
  store: 'store',
  serviceTier: 'service_tier',
  prediction: 'prediction',
  modalities: 'modalities',
}

/** What OpenAI uses to find a prompt in its cache and its users' misuse; nothing of it reaches the model. */
export const OPENAI_HINTS: readonly string[] = ['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options', 'safety_identifier']

/** The fields that Chat Completions and Completions have in common. */
interface SamplingFields {
  temperature?: number | null | undefined
  top_p?: number | null | undefined
  stop?: string | string[] | null | undefined
  seed?: number | null | undefined
  presence_penalty?: number | null | undefined
  frequency_penalty?: number | null | undefined
  logit_bias?: Record<string, number> | null | undefined
  user?: string | null | undefined
}

/** Reads them, without those whose value asks for nothing. */
export function decodeSampling(request: SamplingFields): Parameters {
  return withoutAbsent<Parameters>({
    temperature: request.temperature,
    topP: request.top_p,
    stop: filled([request.stop ?? []].flat().filter((text) => text !== '')),
    seed: request.seed,
    presencePenalty: request.presence_penalty || undefined,
    frequencyPenalty: request.frequency_penalty || undefined,
    logitBias: filled(request.logit_bias),
    user: request.user || undefined,
  })
}

/** A list or an object that holds something, else undefined. */
export function filled<T extends object>(value: T | null | undefined): T | undefined {
  return value && Object.keys(value).length > 0 ? value : undefined
}
