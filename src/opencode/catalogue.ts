import type { Model, ModelCost, Wire } from '../core/model.ts'
import type { ProbedCost, ProbedModel, ProbedProvider } from '../plugin/probed-models.ts'

/** opencode's inner description of the user's models, as clients see it. */
export function toModels(providers: ProbedProvider[]): Model[] {
  return providers.flatMap((provider) =>
    Object.entries(provider.models).map(([key, { name, limit, capabilities, release_date, api, variants, cost }]) => ({
      id: `${provider.id}/${key}`,
      provider: provider.id,
      name,
      contextLength: limit.context,
      maxOutputTokens: limit.output,
      toolCall: capabilities.toolcall,
      reasoning: capabilities.reasoning,
      input: { image: capabilities.input.image, pdf: capabilities.input.pdf, audio: capabilities.input.audio },
      wire: toWire(api),
      efforts: Object.keys(variants ?? {}),
      releaseDate: release_date,
      cost: toModelCost(cost),
    })),
  )
}

function toModelCost(cost: ProbedCost): ModelCost {
  const flat = ({ input, output, cache }: Pick<ProbedCost, 'input' | 'output' | 'cache'>) => ({
    input,
    output,
    cacheRead: cache.read,
    cacheWrite: cache.write,
  })
  const tiers = (cost.tiers ?? []).filter(({ tier }) => tier.type === 'context').map(({ tier, ...rates }) => ({ above: tier.size, ...flat(rates) }))
  const over = cost.experimentalOver200K
  return { ...flat(cost), tiers: tiers.length === 0 && over ? [{ above: 200_000, ...flat(over) }] : tiers }
}

/** The format that the SDK of a model speaks, as far as the bridge can write it. */
function toWire({ npm, id }: ProbedModel['api']): Wire {
  // opencode sends the newer GPT models of Copilot to its responses endpoint.
  if (npm === '@ai-sdk/github-copilot') return /^gpt-([5-9]|\d\d)/.test(id) && !id.startsWith('gpt-5-mini') ? 'responses' : 'chat'
  return WIRES[npm] ?? 'unknown'
}

const WIRES: Record<string, Wire> = {
  '@ai-sdk/openai-compatible': 'chat',
  '@openrouter/ai-sdk-provider': 'chat',
  '@ai-sdk/xai': 'chat',
  '@ai-sdk/groq': 'chat',
  '@ai-sdk/mistral': 'chat',
  '@ai-sdk/openai': 'responses',
  '@ai-sdk/azure': 'responses',
  '@ai-sdk/anthropic': 'messages',
  '@ai-sdk/google-vertex/anthropic': 'messages',
  '@ai-sdk/google': 'gemini',
  '@ai-sdk/google-vertex': 'gemini',
}

/**
 * The same models in the format of models.dev's `api.json`, which opencode reads from `OPENCODE_MODELS_PATH`. Without
 * the thousands of models that the user cannot use, a process starts in two thirds of the time and saves 150 MB.
 */
export function toModelsFile(providers: ProbedProvider[]): Record<string, unknown> {
  return Object.fromEntries(
    providers.map(({ id, name, env, models }) => [
      id,
      {
        id,
        name,
        env,
        models: Object.fromEntries(Object.entries(models).map(([key, model]) => [key, toModelsDev(key, model)])),
      },
    ]),
  )
}

function toModelsDev(key: string, model: ProbedModel): Record<string, unknown> {
  const { capabilities, cost } = model
  const kinds = (of: ProbedModel['capabilities']['input']) => Object.entries(of).flatMap(([kind, able]) => (able ? [kind] : []))
  return {
    id: key === model.id ? model.api.id : key,
    name: model.name,
    family: model.family,
    attachment: capabilities.attachment,
    reasoning: capabilities.reasoning,
    reasoning_options: toReasoningOptions(model.variants),
    temperature: capabilities.temperature,
    tool_call: capabilities.toolcall,
    interleaved: capabilities.interleaved === false ? undefined : capabilities.interleaved,
    modalities: { input: kinds(capabilities.input), output: kinds(capabilities.output) },
    limit: model.limit,
    cost: { input: cost.input, output: cost.output, cache_read: cost.cache.read, cache_write: cost.cache.write },
    status: model.status === 'active' ? undefined : model.status,
    release_date: model.release_date,
    provider: { npm: model.api.npm, api: model.api.url || undefined },
  }
}

/** The inverse of how opencode derives a model's variants: from a thinking budget, or from named efforts. */
function toReasoningOptions(variants: ProbedModel['variants']): object[] | undefined {
  if (!variants) return undefined
  const names = Object.keys(variants)
  if (names.length === 0) return []
  const budget = (name: string) => (variants[name]?.thinking as { budgetTokens?: number } | undefined)?.budgetTokens
  if (budget('max') !== undefined) return [{ type: 'budget_tokens', min: budget('high'), max: budget('max') }]
  return [{ type: 'effort', values: names }]
}
