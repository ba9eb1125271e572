import { createHash } from 'node:crypto'
import type { OutputFormat, Parameters } from '../../core/prompt.ts'
import type { CountRequest, MessagesRequest } from './schema.ts'
import { withoutAbsent } from '../without-absent.ts'

/** Anthropic's names of the parameters; for those that it does not have, OpenAI's. */
export const parameterNames: Record<keyof Parameters, string> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  maxOutputTokens: 'max_tokens',
  stop: 'stop_sequences',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  reasoningEffort: 'output_config.effort',
  reasoningMode: 'thinking',
  reasoningBudget: 'thinking.budget_tokens',
  reasoningDisplay: 'thinking.display',
  verbosity: 'verbosity',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  user: 'metadata.user_id',
  metadata: 'metadata',
  store: 'store',
  serviceTier: 'service_tier',
  prediction: 'prediction',
  modalities: 'modalities',
}

/** What every provider takes as the name of a user; OpenAI allows no more. */
const PLAIN_ID = /^[a-zA-Z0-9_-]{1,64}$/

/** Reads the parameters of a request, without those whose value asks for nothing. */
export function decodeParameters(request: MessagesRequest): Parameters {
  const stop = (request.stop_sequences ?? []).filter((text) => text !== '')
  return withoutAbsent({
    temperature: request.temperature,
    topP: request.top_p,
    maxOutputTokens: request.max_tokens,
    stop: stop.length > 0 ? stop : undefined,
    topK: request.top_k || undefined,
    ...decodeThinking(request),
    parallelToolCalls: allowsOneCall(request) ? false : undefined,
    user: decodeUser(request.metadata?.user_id),
    // OpenAI's name of the tier that is no faster than others.
    serviceTier: request.service_tier === 'standard_only' ? 'default' : undefined,
  })
}

/** Reads what the text of the answer must be. */
export function decodeOutputFormat({ output_config: config, output_format: format }: CountRequest): OutputFormat {
  const wanted = config?.format ?? format
  return wanted ? { type: 'json-schema', name: 'response', schema: wanted.schema, strict: true } : { type: 'text' }
}

/** `between_tools` is Anthropic's alone. */
function decodeThinking({
  thinking,
  output_config: config,
}: CountRequest): Pick<Parameters, 'reasoningEffort' | 'reasoningMode' | 'reasoningBudget' | 'reasoningDisplay'> {
  return withoutAbsent({
    reasoningEffort: config?.effort,
    reasoningMode: thinking?.type === 'adaptive' || thinking?.type === 'disabled' ? thinking.type : undefined,
    reasoningBudget: thinking?.type === 'enabled' ? thinking.budget_tokens : undefined,
    reasoningDisplay: thinking && 'display' in thinking ? decodeDisplay(thinking.display) : undefined,
  })
}

/** Whether the client wants to see what the model thought, in our words. */
export function decodeDisplay(display: string | null | undefined): string | undefined {
  if (display === 'omitted') return 'none'
  return display === 'summarized' ? 'auto' : undefined
}

/** Without tools there is nothing to call in parallel. */
function allowsOneCall({ tools, tool_choice: choice }: CountRequest): boolean {
  return Boolean(tools?.length && choice && choice.type !== 'none' && choice.disable_parallel_tool_use)
}

/**
 * Claude Code sends its device, account and session as JSON, which most providers refuse for its length or its
 * characters; the digest is the same opaque name for the same user.
 */
function decodeUser(id: string | null | undefined): string | undefined {
  if (!id || PLAIN_ID.test(id)) return id || undefined
  return createHash('sha256').update(id).digest('hex')
}
