import { NO_USAGE, type Usage } from '../core/usage.ts'

/** Usage as Chat Completions and Completions tell it. */
export interface OpenAIUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  /** Both are among the prompt's tokens; few providers tell of what they wrote. */
  prompt_tokens_details: { cached_tokens: number; cache_write_tokens?: number }
  completion_tokens_details: { reasoning_tokens: number }
}

export function encodeOpenAIUsage(usage: Usage = NO_USAGE): OpenAIUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput, ...(usage.cacheWrites > 0 && { cache_write_tokens: usage.cacheWrites }) },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  }
}
