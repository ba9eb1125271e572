import type { Usage } from '../../core/usage.ts'

/** Anthropic's numbers: at first those of the prompt, at the end all of them again, as far as the provider has them. */
export interface WireUsage {
  input_tokens?: number | null
  output_tokens?: number | null
  cache_read_input_tokens?: number | null
  cache_creation_input_tokens?: number | null
  output_tokens_details?: { thinking_tokens?: number | null } | null
}

/** Later numbers stand for earlier ones; what a provider leaves out at the end keeps them. */
export function mergeUsage(earlier: WireUsage | undefined, later: WireUsage | null | undefined): WireUsage | undefined {
  if (!later) return earlier
  return { ...earlier, ...Object.fromEntries(Object.entries(later).filter(([, value]) => value !== null && value !== undefined)) }
}

/** Anthropic's input tokens are those that its cache had no part in. */
export function toUsage(usage: WireUsage): Usage {
  const cachedInput = usage.cache_read_input_tokens ?? 0
  const cacheWrites = usage.cache_creation_input_tokens ?? 0
  return {
    input: (usage.input_tokens ?? 0) + cachedInput + cacheWrites,
    output: usage.output_tokens ?? 0,
    cachedInput,
    cacheWrites,
    reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
  }
}
