import type { Model } from '../core/model.ts'
import { isPattern } from '../core/model-pattern.ts'
import { firstExisting, type ModelNames, resolveModel } from '../models/names.ts'

/** All models, then the aliases, each as the model that it stands for under its own name; a pattern is no name that a client could send. */
export function listModels({ models, aliases }: ModelNames): Model[] {
  const named = Object.entries(aliases).flatMap(([alias, targets]) => {
    const id = firstExisting(targets, models)
    const model = models.find((candidate) => candidate.id === id)
    const hidden = isPattern(alias) || models.some((candidate) => candidate.id === alias)
    return model === undefined || hidden ? [] : [{ ...model, id: alias }]
  })
  return [...models, ...named]
}

/**
 * One of the list: an alias under its own name, any other name under the id of the model that it means.
 * @throws BridgeError as `resolveModel` does
 */
export function findModel(name: string, names: ModelNames): Model {
  const listed = listModels(names)
  const id = listed.some((candidate) => candidate.id === name) ? name : resolveModel(name, names)
  return listed.find((candidate) => candidate.id === id)!
}
