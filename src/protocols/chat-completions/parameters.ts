import type { OutputFormat, Parameters } from '../../core/prompt.ts'
import { invalidValue } from '../invalid-value.ts'
import { decodeSampling, filled } from '../openai-parameters.ts'
import { withoutAbsent } from '../without-absent.ts'
import type { ChatRequest } from './schema.ts'

/**
 * Reads the parameters of a request, without those whose value asks for nothing.
 * @throws BridgeError 400 for parameters that contradict each other
 */
export function decodeParameters(request: ChatRequest): Parameters {
  return withoutAbsent({
    ...decodeSampling(request),
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    logprobs: decodeLogprobs(request),
    // -1 is vLLM's word for all of them.
    topK: request.top_k && request.top_k > 0 ? request.top_k : undefined,
    ...decodeReasoning(request),
    verbosity: request.verbosity,
    // Without tools there is nothing to call in parallel.
    parallelToolCalls: filled(request.tools) && request.parallel_tool_calls,
    metadata: filled(request.metadata),
    store: request.store || undefined,
    serviceTier: request.service_tier === 'auto' ? undefined : request.service_tier,
    prediction: request.prediction,
    modalities: request.modalities?.some((kind) => kind !== 'text') ? request.modalities : undefined,
  })
}

/** Reads what the text of the answer must be. */
export function decodeOutputFormat(format: ChatRequest['response_format']): OutputFormat {
  switch (format?.type) {
    case 'json_object':
      return format.schema ? ofSchema(format.schema) : { type: 'json' }
    case 'json_schema': {
      if (!format.json_schema) return ofSchema(format.schema!)
      const { name, description, schema, strict } = format.json_schema
      return { type: 'json-schema', name, ...(typeof description === 'string' && { description }), schema, strict: strict ?? false }
    }
    default:
      return { type: 'text' }
  }
}

/** In the forms that have nothing but the schema. */
function ofSchema(schema: Record<string, unknown>): OutputFormat {
  return { type: 'json-schema', name: 'response', schema, strict: false }
}

/** A budget of 0 is none, as `enabled: false` is. */
function decodeReasoning({
  reasoning_effort: effort,
  reasoning,
}: ChatRequest): Pick<Parameters, 'reasoningEffort' | 'reasoningMode' | 'reasoningBudget' | 'reasoningDisplay'> {
  const { max_tokens: budget, enabled, exclude } = reasoning ?? {}
  return withoutAbsent({
    reasoningEffort: effort ?? reasoning?.effort,
    reasoningMode: enabled === false || budget === 0 ? ('disabled' as const) : undefined,
    reasoningBudget: budget || undefined,
    reasoningDisplay: exclude ? 'none' : undefined,
  })
}

function decodeLogprobs({ logprobs, top_logprobs: alternatives }: ChatRequest): number | undefined {
  if (logprobs) return alternatives ?? 0
  if (!alternatives) return undefined
  throw invalidValue('top_logprobs', "it needs 'logprobs' to be true")
}
