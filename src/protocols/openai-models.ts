import { type Model, releaseTime } from '../core/model.ts'
import { PARAMETER_HANDLING } from '../core/parameters.ts'
import type { Parameters } from '../core/prompt.ts'
import { OPENAI_PARAMETER_NAMES } from './openai-parameters.ts'

/** An entry of OpenAI's model list, with what gateways commonly add: OpenRouter's names where it has any. */
export interface JsonModel {
  id: string
  object: 'model'
  /** Unix time in seconds; 0 when the catalogue does not tell. */
  created: number
  owned_by: string
  /** Tokens; 0 when nobody says. */
  context_length: number
  max_output_tokens: number
  architecture: { input_modalities: string[]; output_modalities: string[] }
  /** Names of Chat Completions. */
  supported_parameters: string[]
  /** How it calls tools: in its provider's fields, or by JSON in its text; clients see no difference. */
  tool_call_format: 'native' | 'json'
  reasoning: boolean
  /** USD per token, as texts; absent when nobody says. */
  pricing?: { prompt: string; completion: string; input_cache_read: string; input_cache_write: string }
}

/** The body of `GET /v1/models`. */
export function encodeModels(models: readonly Model[]): { object: 'list'; data: JsonModel[] } {
  return { object: 'list', data: models.map(encodeModel) }
}

/** The body of `GET /v1/models/{id}`. */
export function encodeModel(model: Model): JsonModel {
  const { id, provider, contextLength, maxOutputTokens } = model
  return {
    id,
    object: 'model',
    created: Math.floor(releaseTime(model) / 1000),
    owned_by: provider,
    context_length: contextLength,
    max_output_tokens: maxOutputTokens,
    architecture: { input_modalities: ['text', ...kindsOf(model)], output_modalities: ['text'] },
    supported_parameters: supportedParameters(model),
    tool_call_format: model.toolCall ? 'native' : 'json',
    reasoning: model.reasoning,
    // Zero is what the catalogue has for no price.
    ...(model.cost && model.cost.input + model.cost.output > 0 && { pricing: pricingOf(model.cost) }),
  }
}

function kindsOf({ input }: Model): string[] {
  return [...(input.image ? ['image'] : []), ...(input.pdf ? ['file'] : []), ...(input.audio ? ['audio'] : [])]
}

/** What the bridge takes for every model, and what reaches this one. */
function supportedParameters({ wire, reasoning }: Model): string[] {
  const names = Object.keys(PARAMETER_HANDLING) as (keyof Parameters)[]
  const reaching = names.filter((name) => ['carried', 'enforced'].includes(PARAMETER_HANDLING[name][wire]) && (reasoning || !name.startsWith('reasoning')))
  return ['tools', 'tool_choice', 'response_format', 'stream', ...reaching.map((name) => OPENAI_PARAMETER_NAMES[name].split('.', 1)[0]!)].filter(
    (name, index, all) => all.indexOf(name) === index,
  )
}

function pricingOf({ input, output, cacheRead, cacheWrite }: NonNullable<Model['cost']>): NonNullable<JsonModel['pricing']> {
  // Per million in the catalogue; a million decimals are no more than it has.
  const perToken = (usd: number) => String(Number((usd / 1e6).toPrecision(12)))
  return { prompt: perToken(input), completion: perToken(output), input_cache_read: perToken(cacheRead), input_cache_write: perToken(cacheWrite) }
}
