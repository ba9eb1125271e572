import { isObject } from '../core/json-value.ts'
import type { Model } from '../core/model.ts'
import type { FoundModel } from './discovery/found-model.ts'
import { firstNumber } from './discovery/parse-models.ts'

/** What a list says of a model. */
export type ModelParameters = Omit<FoundModel, 'id' | 'ownedBy'>

/** By `provider/model`, and by the model's own name. */
export type ParameterSheet = ReadonlyMap<string, ModelParameters>

const CONTEXT = ['max_input_tokens', 'context_length', 'context_window', 'max_context_tokens', 'max_model_len']
/** In LiteLLM's list `max_tokens` is what the older entries call it. */
const OUTPUT = ['max_output_tokens', 'max_completion_tokens', 'max_tokens']

/**
 * Reads the list behind `modelParametersUrl`, in the form of Bifrost's and LiteLLM's: entries by the model's name,
 * `provider/model` or not, with a provider of their own or none. What an entry says beside is passed over.
 * @throws RangeError for what is no such list at all
 */
export function parseModelParameters(list: unknown): ParameterSheet {
  if (!isObject(list)) throw new RangeError('no object of parameters by model')
  const sheet = new Map<string, ModelParameters>()
  /** Names whose entry says no provider, or that are only found with one. */
  const others = new Map<string, ModelParameters>()
  for (const [name, entry] of Object.entries(list)) {
    if (!isObject(entry)) continue
    const parameters = toParameters(entry)
    if (Object.values(parameters).every((value) => value === undefined)) continue
    const { litellm_provider, provider = litellm_provider } = entry
    const own = typeof provider === 'string' && !name.startsWith(`${provider}/`) ? `${provider}/${name}` : name
    sheet.set(own, parameters)
    for (const shorter of [name, name.slice(name.lastIndexOf('/') + 1)]) if (!others.has(shorter)) others.set(shorter, parameters)
  }
  if (sheet.size === 0) throw new RangeError('nothing about any model in it')
  return new Map([...others, ...sheet])
}

function toParameters(entry: Record<string, unknown>): ModelParameters {
  const flag = (name: string) => (typeof entry[name] === 'boolean' ? (entry[name] as boolean) : undefined)
  const input = [
    ...(flag('supports_vision') ? (['image'] as const) : []),
    ...(flag('supports_pdf_input') ? (['pdf'] as const) : []),
    ...(flag('supports_audio_input') ? (['audio'] as const) : []),
  ]
  return {
    contextWindow: firstNumber(entry, CONTEXT),
    maxOutput: firstNumber(entry, OUTPUT),
    toolCall: flag('supports_function_calling'),
    reasoning: flag('supports_reasoning'),
    input: input.length > 0 ? input : undefined,
  }
}

/** What the list says of a provider's model: of this very one, else of one with its name elsewhere. */
export function findParameters(sheet: ParameterSheet, provider: string, model: string): ModelParameters | undefined {
  return sheet.get(`${provider}/${model}`) ?? sheet.get(model) ?? sheet.get(model.slice(model.lastIndexOf('/') + 1))
}

/** A model of opencode's with the limits that its catalogue does not know. */
export function withParameters(model: Model, sheet: ParameterSheet): Model {
  const { provider, id, contextLength, maxOutputTokens } = model
  if (contextLength > 0 && maxOutputTokens > 0) return model
  const { contextWindow = 0, maxOutput = 0 } = findParameters(sheet, provider, id.slice(provider.length + 1)) ?? {}
  return { ...model, contextLength: contextLength || contextWindow, maxOutputTokens: maxOutputTokens || maxOutput }
}

/** The same for all of them, made anew only when they, or the list, have changed. */
export function createCompletion(current: () => ParameterSheet | undefined): (models: Model[]) => Model[] {
  let made: { models: Model[]; sheet: ParameterSheet; completed: Model[] } | undefined
  return (models) => {
    const sheet = current()
    if (sheet === undefined) return models
    if (made?.models !== models || made.sheet !== sheet) made = { models, sheet, completed: models.map((model) => withParameters(model, sheet)) }
    return made.completed
  }
}
