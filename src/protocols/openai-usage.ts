import type { Usage } from '../core/usage.ts'

/** Usage as Chat Completions and Completions tell it. */
export interface OpenAIUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details: { cached_tokens: number }
  completion_tokens_details: { reasoning_tokens: number }
}

/** Clients add these numbers up, so a usage that the provider did not tell is zeros and not absent. */
export function encodeOpenAIUsage(usage: Usage = { input: 0, output: 0, cachedInput: 0, reasoning: 0 }): OpenAIUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  }
}
