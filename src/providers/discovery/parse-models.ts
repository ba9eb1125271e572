import { isObject } from '../../core/json-value.ts'
import type { FoundModel } from './found-model.ts'

type Json = Record<string, any>

/**
 * Where servers put a model's context: vLLM, LM Studio (what is loaded before what could be), OpenRouter and many
 * gateways, Groq, Anthropic, Google, llama.cpp.
 */
const CONTEXT = [
  'max_model_len',
  'loaded_context_length',
  'max_context_length',
  'context_length',
  'context_window',
  'max_input_tokens',
  'inputTokenLimit',
  'meta.n_ctx',
  'meta.n_ctx_train',
]
const OUTPUT = ['max_output_tokens', 'max_completion_tokens', 'outputTokenLimit', 'top_provider.max_completion_tokens', 'max_tokens']

/** Kinds of models that answer no prompt, as LM Studio, Together and others say it. */
const OTHER_TYPES = /embed|rerank|image|audio|transcri|speech|moderation/i

/**
 * Reads a list of models in any form that servers have it in: OpenAI's and Anthropic's `{ data }`, Google's `{ models }`,
 * a bare list; LM Studio's own has more to say in the first of them.
 * @returns undefined for what is no list of models
 */
export function parseModels(value: unknown): FoundModel[] | undefined {
  const list = Array.isArray(value) ? value : isObject(value) ? (value.data ?? value.models) : undefined
  if (!Array.isArray(list)) return undefined
  const models = list.flatMap((entry) => {
    if (typeof entry === 'string') return [{ id: entry }]
    return isObject(entry) && answersPrompts(entry) ? toModel(entry) : []
  })
  return [...new Map(models.map((model) => [model.id, model])).values()]
}

function toModel(entry: Json): FoundModel[] {
  const id = entry.id ?? entry.name ?? entry.model
  if (typeof id !== 'string' || id === '') return []
  const abilities = abilitiesOf(entry)
  return [
    {
      id: id.replace(/^models\//, ''),
      name: textOf(entry.display_name ?? entry.displayName ?? (entry.id === undefined ? undefined : entry.name)),
      contextWindow: firstNumber(entry, CONTEXT),
      maxOutput: firstNumber(entry, OUTPUT),
      toolCall: abilities && ['tool_use', 'tools', 'function_calling', 'tool_calls'].some((name) => abilities.has(name)),
      reasoning: (abilities && ['reasoning', 'thinking'].some((name) => abilities.has(name))) || (entry.thinking === true ? true : undefined),
      input: inputOf(entry, abilities),
      ownedBy: textOf(entry.owned_by),
    },
  ]
}

function answersPrompts({ type, supportedGenerationMethods }: Json): boolean {
  if (Array.isArray(supportedGenerationMethods)) return supportedGenerationMethods.includes('generateContent')
  return typeof type !== 'string' || !OTHER_TYPES.test(type)
}

/** A list of words (LM Studio, Ollama), flags (Mistral), or the parameters that it takes (OpenRouter). */
function abilitiesOf({ capabilities, supported_parameters }: Json): Set<string> | undefined {
  if (Array.isArray(capabilities)) return new Set(capabilities)
  if (Array.isArray(supported_parameters)) return new Set(supported_parameters)
  if (!isObject(capabilities)) return undefined
  return new Set(Object.entries(capabilities).flatMap(([name, able]) => (able === true ? [name] : [])))
}

function inputOf({ type, architecture, modalities }: Json, abilities: Set<string> | undefined): FoundModel['input'] {
  const told: unknown = architecture?.input_modalities ?? modalities?.input
  const kinds = new Set<unknown>(Array.isArray(told) ? told : [])
  const image = kinds.has('image') || type === 'vlm' || abilities?.has('vision')
  const found = [
    ...(image ? (['image'] as const) : []),
    ...(kinds.has('file') || kinds.has('pdf') ? (['pdf'] as const) : []),
    ...(kinds.has('audio') ? (['audio'] as const) : []),
  ]
  return found.length > 0 ? found : undefined
}

/** The first of the fields that is a number above zero; a dot leads into an object. */
export function firstNumber(entry: Json, names: readonly string[]): number | undefined {
  const values = names.map((name) => name.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), entry))
  return values.find((value): value is number => typeof value === 'number' && value > 0)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What Ollama's `/api/show` adds. */
export function parseOllamaDetails(value: unknown): Omit<FoundModel, 'id'> {
  if (!isObject(value)) return {}
  const { model_info: info, capabilities, parameters } = value as Json
  const length = Object.entries((info ?? {}) as Json).find(([name]) => name.endsWith('.context_length'))?.[1]
  // What the model file sets is what the server gives it.
  const set = Number(/^num_ctx\s+(\d+)/m.exec(typeof parameters === 'string' ? parameters : '')?.[1])
  const abilities = Array.isArray(capabilities) ? new Set<unknown>(capabilities) : undefined
  return {
    contextWindow: set > 0 ? set : typeof length === 'number' ? length : undefined,
    toolCall: abilities?.has('tools'),
    reasoning: abilities?.has('thinking'),
    input: abilities?.has('vision') ? ['image'] : undefined,
  }
}

/** So much of the sum must be left for an answer, or what is left is only the rest beside the longest prompt. */
const LEAST_OUTPUT = 256

/**
 * What TGI's `/info` says. It bounds the prompt and the sum of prompt and answer; without a setting, the prompt may take
 * all but one token of the sum, which says nothing of answers.
 */
export function parseTgiInfo(value: unknown): Omit<FoundModel, 'id'> {
  if (!isObject(value)) return {}
  const total = firstNumber(value, ['max_total_tokens'])
  const prompt = firstNumber(value, ['max_input_tokens', 'max_input_length'])
  const rest = (total ?? 0) - (prompt ?? 0)
  return { contextWindow: total, ...(prompt !== undefined && rest >= LEAST_OUTPUT && { maxOutput: rest }) }
}
