import type { FinishReason } from '../../core/event.ts'
import type { Usage } from '../../core/usage.ts'
import type { WireDeltaUsage, WireStop, WireStopReason, WireUsage } from './wire.ts'

const STOP_REASONS: Record<FinishReason, WireStopReason> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
}

/** Clients add these numbers up, so a usage that the provider did not tell is zeros and not absent. */
const UNKNOWN: Usage = { input: 0, output: 0, cachedInput: 0, reasoning: 0 }

/** How a message ended. A stop sequence that matched shows as `end_turn`: no provider says so through opencode. */
export function encodeStop(reason: FinishReason): WireStop {
  return {
    stop_reason: STOP_REASONS[reason],
    stop_sequence: null,
    stop_details: reason === 'content-filter' ? { type: 'refusal', category: null, explanation: null } : null,
  }
}

export function encodeDeltaUsage(usage: Usage = UNKNOWN): WireDeltaUsage {
  return {
    input_tokens: Math.max(0, usage.input - usage.cachedInput),
    cache_read_input_tokens: usage.cachedInput,
    cache_creation_input_tokens: 0,
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.reasoning },
    server_tool_use: null,
  }
}

export function encodeUsage(usage?: Usage): WireUsage {
  return { ...encodeDeltaUsage(usage), cache_creation: null, inference_geo: null, service_tier: null, speed: null }
}

/** The end of a message that has just begun; the usage is known only when it is over. */
export const RUNNING = { stop_reason: null, stop_sequence: null, stop_details: null, usage: encodeUsage() }
