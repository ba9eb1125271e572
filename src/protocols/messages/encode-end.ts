import type { FinishReason } from '../../core/answer-event.ts'
import type { HostedUse } from '../../core/hosted.ts'
import { NO_USAGE, type Usage } from '../../core/usage.ts'
import type { JsonDeltaUsage, JsonStop, JsonStopReason, JsonUsage } from './shapes.ts'

const STOP_REASONS: Record<FinishReason, JsonStopReason> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
}

/** How a message ended. A stop sequence of which nobody told shows as `end_turn`. */
export function encodeStop(reason: FinishReason, stopSequence?: string): JsonStop {
  return {
    stop_reason: stopSequence === undefined ? STOP_REASONS[reason] : 'stop_sequence',
    stop_sequence: stopSequence ?? null,
    stop_details: reason === 'content-filter' ? { type: 'refusal', category: null, explanation: null } : null,
  }
}

/** Anthropic's input tokens are those that its cache had no part in; the three numbers add up to the whole. */
export function encodeDeltaUsage(usage: Usage = NO_USAGE, uses: readonly HostedUse[] = []): JsonDeltaUsage {
  return {
    input_tokens: Math.max(0, usage.input - usage.cachedInput - usage.cacheWrites),
    cache_read_input_tokens: usage.cachedInput,
    cache_creation_input_tokens: usage.cacheWrites,
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.reasoning },
    server_tool_use: uses.length === 0 ? null : { web_search_requests: countOf(uses, 'search'), web_fetch_requests: countOf(uses, 'fetch') },
  }
}

function countOf(uses: readonly HostedUse[], wanted: HostedUse['kind']): number {
  return uses.filter(({ kind }) => kind === wanted).length
}

export function encodeUsage(usage?: Usage, uses?: readonly HostedUse[]): JsonUsage {
  return { ...encodeDeltaUsage(usage, uses), cache_creation: null, inference_geo: null, service_tier: null, speed: null }
}

/**
 * The end of a message that has just begun; the usage is known only when it is over.
 * @param input tokens of the prompt, by an estimate
 */
export function encodeRunning(input: number): JsonStop & { usage: JsonUsage } {
  return { stop_reason: null, stop_sequence: null, stop_details: null, usage: encodeUsage({ ...NO_USAGE, input }) }
}
