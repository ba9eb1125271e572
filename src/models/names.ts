import { distance } from 'fastest-levenshtein'
import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { bestPattern, isPattern } from '../core/model-pattern.ts'

export interface ModelNames {
  /** The models that there are. */
  models: readonly Model[]
  /** What a name, or a pattern of names with `*`, stands for: models in order of preference, by id or bare id. */
  aliases: Record<string, readonly string[]>
  /** Answer requests for no model, by id or bare id, in order of preference. */
  defaultModels: readonly string[]
}

/** Names that mean the default model unless a model or an alias has them; `gpt-4.1` is what old clients are set to. */
const DEFAULT_NAMES: ReadonlySet<string> = new Set(['', 'default', 'gpt-4.1'])

/** What clients of Ollama add to a name without a tag. */
const LATEST = ':latest'

const MAX_SUGGESTIONS = 3

/** Longer names are cut in messages, not compared in full and match no pattern. */
const MAX_NAME_LENGTH = 100

/** The first of `resolveModels`. */
export function resolveModel(name: string | undefined, names: ModelNames): string {
  return resolveModels(name, names)[0]!
}

/**
 * Finds the models that a client means: by id, an alias, the longest pattern among the aliases, bare id (the part after
 * the provider), else the default one for the names that stand for it.
 * @returns the ids of models that exist, at least one; those of an alias in order of preference, else only one
 * @throws BridgeError 404 `model_not_found` with the nearest ids, 400 when a bare id is ambiguous, 503 when there is no model
 */
export function resolveModels(name: string | undefined, names: ModelNames): string[] {
  if (names.models.length === 0) throw noModels()
  const wanted = name ?? ''
  if (names.models.some(({ id }) => id === wanted)) return [wanted]

  const alias = findAlias(wanted, names.aliases)
  if (alias !== undefined) {
    const ids = existing(names.aliases[alias]!, names.models)
    if (ids.length === 0) throw emptyAlias(alias, names.aliases[alias]!)
    return ids
  }

  const candidates = withBareId(wanted, names.models)
  if (candidates.length === 1) return candidates
  if (candidates.length > 1) {
    const preferred = names.defaultModels.find((id) => candidates.includes(id))
    if (preferred === undefined) throw ambiguous(wanted, candidates)
    return [preferred]
  }

  if (wanted.endsWith(LATEST)) return resolveModels(wanted.slice(0, -LATEST.length), names)
  if (DEFAULT_NAMES.has(wanted)) return [defaultModel(names)]
  throw notFound(wanted, names.models)
}

/** The alias that a name is, or the pattern that it matches. A request for no model is one for the default. */
function findAlias(wanted: string, aliases: ModelNames['aliases']): string | undefined {
  if (Object.hasOwn(aliases, wanted)) return wanted
  if (wanted === '' || wanted.length > MAX_NAME_LENGTH) return undefined
  return bestPattern(wanted, Object.keys(aliases).filter(isPattern))
}

/**
 * The model for requests that name none: the first of `defaultModels` that exists, else the first there is.
 * @throws BridgeError 503 when there is no model
 */
export function defaultModel({ models, defaultModels }: Pick<ModelNames, 'models' | 'defaultModels'>): string {
  const id = firstExisting(defaultModels, models) ?? models[0]?.id
  if (id === undefined) throw noModels()
  return id
}

/** The first of some names, ids or unambiguous bare ids, that is a model's. */
export function firstExisting(wanted: readonly string[], models: readonly Model[]): string | undefined {
  return existing(wanted, models)[0]
}

/** The ids of the models that some names, ids or unambiguous bare ids, stand for, each once. */
function existing(wanted: readonly string[], models: readonly Model[]): string[] {
  const ids = wanted.flatMap((name) => {
    if (models.some(({ id }) => id === name)) return [name]
    const candidates = withBareId(name, models)
    return candidates.length === 1 ? candidates : []
  })
  return [...new Set(ids)]
}

/** Up to three ids that come nearest to a name, the nearest first. */
export function nearestIds(name: string, models: readonly Model[]): string[] {
  const wanted = name.slice(0, MAX_NAME_LENGTH).toLowerCase()
  return models
    .map(({ id }) => {
      const known = id.toLowerCase()
      return { id, distance: Math.min(distance(wanted, known), distance(wanted, bareId(known))) }
    })
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ id }) => id)
}

function withBareId(bare: string, models: readonly Model[]): string[] {
  return models.filter(({ id }) => bareId(id) === bare).map(({ id }) => id)
}

function bareId(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

function notFound(name: string, models: readonly Model[]): BridgeError {
  const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name
  return new BridgeError(`The model '${shown}' does not exist. The nearest: ${quote(nearestIds(name, models))}. GET /v1/models lists all.`, {
    code: 'model_not_found',
    status: 404,
    param: 'model',
  })
}

function emptyAlias(name: string, targets: readonly string[]): BridgeError {
  return new BridgeError(`The alias '${name}' stands for ${quote(targets)}, but opencode has none of them.`, {
    code: 'model_not_found',
    status: 404,
    param: 'model',
  })
}

function ambiguous(name: string, candidates: readonly string[]): BridgeError {
  return new BridgeError(`The model '${name}' is ambiguous: use ${quote(candidates, ' or ')}.`, {
    code: 'invalid_value',
    status: 400,
    param: 'model',
  })
}

function noModels(): BridgeError {
  return new BridgeError("opencode has no model that can be used. Connect a provider with 'opencode auth login'.", {
    code: 'no_models',
    status: 503,
  })
}

function quote(ids: readonly string[], separator = ', '): string {
  return ids.map((id) => `'${id}'`).join(separator)
}
