import { bestMatch } from '../core/model-pattern.ts'
import type { BlockModel, ProviderBlock } from './block.ts'
import type { FoundModel } from './discovery/found-model.ts'
import type { ModelParameters } from './model-parameters.ts'

/** A model of a block's provider, with all that is known of it. */
export interface OfferedModel {
  /** As the block, or the provider, calls it. */
  id: string
  name: string
  /** Tokens; 0 where nobody says. */
  contextWindow: number
  maxOutput: number
  /** Undefined where neither the block nor the provider says. */
  toolCall: boolean | undefined
  reasoning: boolean
  input: readonly ('image' | 'pdf' | 'audio')[]
}

/**
 * The models of a block: those that it names, else those that were found, and the default one in any case.
 * @param found undefined where the provider was not asked, or did not answer
 * @param listed what else is known of a model, for what neither says
 */
export function offeredModels(
  block: ProviderBlock,
  found: readonly FoundModel[] | undefined,
  listed: (id: string) => ModelParameters | undefined = () => undefined,
): OfferedModel[] {
  const { models, deployments, defaultModel, allowedModels } = block
  const ids = new Set([
    ...(defaultModel === undefined ? [] : [defaultModel]),
    ...(models ? Object.keys(models) : (found ?? []).map(({ id }) => id)),
    ...Object.keys(deployments),
  ])
  const known = new Map((found ?? []).map((model) => [model.id, model]))
  return [...ids]
    .filter((id) => allowedModels === undefined || bestMatch(id, allowedModels) >= 0)
    .map((id) => describe(block, id, completed(known.get(id), listed(id))))
}

/** What the list says stands where the provider says nothing. */
function completed(found: FoundModel | undefined, listed: ModelParameters | undefined): ModelParameters | undefined {
  const told = Object.entries(found ?? {}).filter(([, value]) => value !== undefined)
  return listed ? { ...listed, ...Object.fromEntries(told) } : found
}

function describe(block: ProviderBlock, id: string, found: ModelParameters | undefined): OfferedModel {
  const own: BlockModel = block.models?.[id] ?? {}
  // The block's numbers are about the model that it is there for; of others the provider knows better.
  const isDefault = id === block.defaultModel
  const [first, second] = isDefault ? [block, found] : [found, block]
  return {
    id,
    name: own.name ?? found?.name ?? id,
    contextWindow: own.contextWindow ?? first?.contextWindow ?? second?.contextWindow ?? 0,
    maxOutput: own.maxOutput ?? first?.maxOutput ?? second?.maxOutput ?? 0,
    toolCall: toolCall(own.toolCallFormat ?? block.toolCallFormat, found),
    reasoning: own.reasoning ?? found?.reasoning ?? false,
    input: own.input ?? found?.input ?? [],
  }
}

function toolCall(format: ProviderBlock['toolCallFormat'], found: ModelParameters | undefined): boolean | undefined {
  return format === 'auto' ? found?.toolCall : format === 'native'
}
