import { BridgeError } from '../../core/errors.ts'
import type { Model } from '../../core/model.ts'

/** A provider as `GET /provider` lists it: what a client may know of it, which is never a key. */
export interface ProviderInfo {
  id: string
  name: string
  models: Record<string, ProviderModel>
}

export interface ProviderModel {
  id: string
  providerID: string
  name: string
  release_date: string
  limit: { context: number; output: number }
  tool_call: boolean
  reasoning: boolean
  attachment: boolean
}

/** The user's providers in the form of opencode's `GET /provider`; all of them are connected. */
export function listProviders(models: readonly Model[]): { all: ProviderInfo[]; default: Record<string, string>; connected: string[] } {
  const all = new Map<string, ProviderInfo>()
  for (const model of models) {
    const provider = all.get(model.provider) ?? { id: model.provider, name: model.provider, models: {} }
    const described = describe(model)
    provider.models[described.id] = described
    all.set(provider.id, provider)
  }
  return {
    all: [...all.values()],
    default: Object.fromEntries([...all.values()].map(({ id, models: own }) => [id, Object.keys(own)[0]!])),
    connected: [...all.keys()],
  }
}

/** @throws BridgeError 404 */
export function findProvider(id: string, models: readonly Model[]): ProviderInfo {
  const { all } = listProviders(models)
  const provider = all.find((candidate) => candidate.id === id)
  if (provider) return provider
  const known = all.map((candidate) => `'${candidate.id}'`).join(', ')
  throw new BridgeError(`The provider '${id}' does not exist; there are ${known}.`, { code: 'not_found', status: 404 })
}

function describe({ id, provider, name, releaseDate, contextLength, maxOutputTokens, toolCall, reasoning, input }: Model): ProviderModel {
  return {
    id: id.slice(provider.length + 1),
    providerID: provider,
    name,
    release_date: releaseDate,
    limit: { context: contextLength, output: maxOutputTokens },
    tool_call: toolCall,
    reasoning,
    attachment: input.image || input.pdf,
  }
}
