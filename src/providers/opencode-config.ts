import type { ProviderBlock } from './block.ts'
import { baseUrlOf, deploymentOf, modelUrlOf, TRAITS } from './kinds.ts'
import type { OfferedModel } from './offered-models.ts'

/** Stands where opencode's SDK wants a key; the real one comes with each request. */
export const PLACEHOLDER_KEY = 'opencode-bridge'

/** A block as a provider of opencode's configuration: without its credential, its headers and its query. */
export function toOpencodeProvider(block: ProviderBlock, models: readonly OfferedModel[]): Record<string, unknown> {
  const { id, name = id, timeout } = block
  const perModel = modelUrlOf(block, '') !== baseUrlOf(block)
  return {
    name,
    npm: TRAITS[block.kind].npm,
    options: {
      apiKey: PLACEHOLDER_KEY,
      ...(!perModel && { baseURL: baseUrlOf(block) }),
      ...(timeout !== undefined && { headerTimeout: timeout }),
    },
    models: Object.fromEntries(models.map((model) => [model.id, toOpencodeModel(block, model, perModel)])),
  }
}

function toOpencodeModel(block: ProviderBlock, model: OfferedModel, perModel: boolean): Record<string, unknown> {
  const { id, name, contextWindow, maxOutput, toolCall, reasoning, input } = model
  return {
    id: deploymentOf(block, id),
    name,
    limit: { context: contextWindow, output: maxOutput },
    tool_call: toolCall ?? true,
    reasoning,
    attachment: input.length > 0,
    temperature: true,
    modalities: { input: ['text', ...input], output: ['text'] },
    ...(perModel && { provider: { npm: TRAITS[block.kind].npm, api: modelUrlOf(block, id) } }),
  }
}
