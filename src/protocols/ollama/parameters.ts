import type { OutputFormat, Parameters } from '../../core/prompt.ts'
import { invalidValue } from '../invalid-value.ts'
import { OPENAI_PARAMETER_NAMES } from '../openai-parameters.ts'
import { withoutAbsent } from '../without-absent.ts'
import type { CommonFields } from './schema.ts'

/** Ollama's names of the parameters; those that it does not have keep OpenAI's, and no request sets them. */
export const parameterNames: Record<keyof Parameters, string> = {
  ...OPENAI_PARAMETER_NAMES,
  temperature: 'options.temperature',
  topP: 'options.top_p',
  topK: 'options.top_k',
  maxOutputTokens: 'options.num_predict',
  stop: 'options.stop',
  seed: 'options.seed',
  presencePenalty: 'options.presence_penalty',
  frequencyPenalty: 'options.frequency_penalty',
  reasoningEffort: 'think',
  reasoningMode: 'think',
  reasoningBudget: 'think',
  reasoningDisplay: 'think',
}

/** Options that say how a server with the model in its memory is to run it, and how much of its context to make room for. */
export const HINTS: readonly string[] = [
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'num_thread',
  'num_keep',
  'use_mmap',
  'use_mlock',
  'numa',
  'low_vram',
].map((name) => `options.${name}`)

/**
 * Reads the parameters of a request, without those whose value asks for nothing.
 * @throws BridgeError 400 for parameters that contradict each other
 */
export function decodeParameters({ options, think, logprobs, top_logprobs: alternatives }: CommonFields): Parameters {
  const { num_predict: limit, stop } = options ?? {}
  const stops = [stop ?? []].flat().filter((text) => text !== '')
  if (!logprobs && alternatives) throw invalidValue('top_logprobs', "it needs 'logprobs' to be true")
  return withoutAbsent<Parameters>({
    temperature: options?.temperature,
    topP: options?.top_p,
    topK: options?.top_k || undefined,
    maxOutputTokens: limit && limit > 0 ? limit : undefined,
    stop: stops.length > 0 ? stops : undefined,
    seed: options?.seed,
    presencePenalty: options?.presence_penalty || undefined,
    frequencyPenalty: options?.frequency_penalty || undefined,
    logprobs: logprobs ? (alternatives ?? 0) : undefined,
    ...decodeThink(think),
  })
}

/** Whether a model thinks, or how much, in a word; where a request does not say, what there is of it is shown. */
function decodeThink(think: CommonFields['think']): Parameters {
  if (think === undefined || think === null) return {}
  if (think === false) return { reasoningMode: 'disabled', reasoningDisplay: 'none' }
  return { ...(typeof think === 'string' && think !== '' ? { reasoningEffort: think } : { reasoningMode: 'adaptive' }), reasoningDisplay: 'auto' }
}

/** Reads what the text of the answer must be. */
export function decodeFormat(format: CommonFields['format']): OutputFormat {
  // Not strict: OpenAI's strictness refuses schemas with optional properties, which Ollama's have.
  if (typeof format === 'object' && format !== null) return { type: 'json-schema', name: 'response', schema: format, strict: false }
  return { type: format === 'json' ? 'json' : 'text' }
}
