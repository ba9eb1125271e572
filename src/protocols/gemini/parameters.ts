import type { OutputFormat, Parameters } from '../../core/prompt.ts'
import { invalidValue } from '../invalid-value.ts'
import { toJsonSchema } from './json-schema.ts'
import type { GenerationConfig } from './schema.ts'
import { withoutAbsent } from '../without-absent.ts'

/** Google's names of the parameters; those that it does not have keep ours, and no request sets them. */
export const parameterNames: Record<keyof Parameters, string> = {
  temperature: 'generationConfig.temperature',
  topP: 'generationConfig.topP',
  topK: 'generationConfig.topK',
  maxOutputTokens: 'generationConfig.maxOutputTokens',
  stop: 'generationConfig.stopSequences',
  seed: 'generationConfig.seed',
  presencePenalty: 'generationConfig.presencePenalty',
  frequencyPenalty: 'generationConfig.frequencyPenalty',
  logitBias: 'logitBias',
  logprobs: 'generationConfig.responseLogprobs',
  reasoningEffort: 'generationConfig.thinkingConfig.thinkingLevel',
  reasoningMode: 'generationConfig.thinkingConfig.thinkingBudget',
  reasoningBudget: 'generationConfig.thinkingConfig.thinkingBudget',
  reasoningDisplay: 'generationConfig.thinkingConfig.includeThoughts',
  verbosity: 'verbosity',
  parallelToolCalls: 'parallelToolCalls',
  user: 'user',
  metadata: 'labels',
  store: 'store',
  serviceTier: 'serviceTier',
  prediction: 'prediction',
  modalities: 'generationConfig.responseModalities',
}

/**
 * Reads the parameters of a request, without those whose value asks for nothing.
 * @throws BridgeError 400 for parameters that contradict each other
 */
export function decodeParameters(config: GenerationConfig): Parameters {
  const stop = config.stopSequences?.filter((text) => text !== '') ?? []
  const modalities = config.responseModalities?.map((kind) => kind.toLowerCase()) ?? []
  return withoutAbsent({
    temperature: config.temperature,
    topP: config.topP,
    maxOutputTokens: config.maxOutputTokens,
    stop: stop.length > 0 ? stop : undefined,
    seed: config.seed,
    presencePenalty: config.presencePenalty || undefined,
    frequencyPenalty: config.frequencyPenalty || undefined,
    logprobs: decodeLogprobs(config),
    topK: config.topK || undefined,
    ...decodeThinking(config.thinkingConfig),
    modalities: modalities.some((kind) => kind !== 'text') ? modalities : undefined,
  })
}

/** Reads what the text of the answer must be. */
export function decodeOutputFormat({ responseMimeType, responseSchema, responseJsonSchema }: GenerationConfig): OutputFormat {
  const schema = responseJsonSchema ?? (responseSchema && toJsonSchema(responseSchema))
  // Not strict: OpenAI's strictness refuses schemas with optional properties, which Google's have.
  if (schema) return { type: 'json-schema', name: 'response', schema, strict: false }
  return { type: responseMimeType === 'application/json' ? 'json' : 'text' }
}

function decodeLogprobs({ responseLogprobs, logprobs }: GenerationConfig): number | undefined {
  if (responseLogprobs) return logprobs ?? 0
  if (!logprobs) return undefined
  throw invalidValue('generationConfig.logprobs', "it needs 'responseLogprobs' to be true")
}

/** A budget of -1 leaves it to the model, and 0 is none. */
function decodeThinking(
  thinking: GenerationConfig['thinkingConfig'],
): Pick<Parameters, 'reasoningEffort' | 'reasoningMode' | 'reasoningBudget' | 'reasoningDisplay'> {
  const { thinkingBudget: budget, thinkingLevel: level, includeThoughts } = thinking ?? {}
  return withoutAbsent({
    reasoningEffort: level && level !== 'THINKING_LEVEL_UNSPECIFIED' ? level.toLowerCase() : undefined,
    reasoningMode: budget === -1 || budget === 0 ? (budget === 0 ? ('disabled' as const) : ('adaptive' as const)) : undefined,
    reasoningBudget: budget && budget > 0 ? budget : undefined,
    reasoningDisplay: typeof includeThoughts === 'boolean' ? (includeThoughts ? 'auto' : 'none') : undefined,
  })
}
