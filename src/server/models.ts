import type { Model } from '../core/model.ts'
import { isPattern } from '../core/model-pattern.ts'
import { firstExisting, type ModelNames, resolveModel } from './model-names.ts'

/** An entry of OpenAI's model list, with two fields that gateways commonly add. */
export interface ModelEntry {
  id: string
  object: 'model'
  /** Unix time in seconds; 0 when the catalogue does not tell. */
  created: number
  owned_by: string
  /** Tokens. */
  context_length: number
  max_output_tokens: number
}

/** All models, then the aliases that stand for one; a pattern is no name that a client could send. */
export function listModels(names: ModelNames): { object: 'list'; data: ModelEntry[] } {
  const aliases = Object.entries(names.aliases).flatMap(([alias, targets]) => {
    const id = firstExisting(targets, names.models)
    const model = names.models.find((candidate) => candidate.id === id)
    const hidden = isPattern(alias) || names.models.some((candidate) => candidate.id === alias)
    return model === undefined || hidden ? [] : [entry(model, alias)]
  })
  return { object: 'list', data: [...names.models.map((model) => entry(model)), ...aliases] }
}

/**
 * One entry of the list: an alias under its own name, any other name under the id of the model that it means.
 * @throws BridgeError as `resolveModel` does
 */
export function findModel(name: string, names: ModelNames): ModelEntry {
  const listed = listModels(names).data
  const id = listed.some((candidate) => candidate.id === name) ? name : resolveModel(name, names)
  return listed.find((candidate) => candidate.id === id)!
}

function entry(model: Model, id = model.id): ModelEntry {
  const released = Date.parse(model.releaseDate)
  return {
    id,
    object: 'model',
    created: Number.isNaN(released) ? 0 : Math.floor(released / 1000),
    owned_by: model.provider,
    context_length: model.contextLength,
    max_output_tokens: model.maxOutputTokens,
  }
}
