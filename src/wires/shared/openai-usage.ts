import { isObject } from '../../core/json-value.ts'
import type { Usage } from '../../core/usage.ts'

/** Reads the usage of either of OpenAI's formats, with the names that others have for parts of it. */
export function readOpenAIUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined
  const { prompt_tokens: prompt = usage.input_tokens, completion_tokens: completion = usage.output_tokens } = usage
  if (typeof prompt !== 'number' && typeof completion !== 'number') return undefined
  const into = details(usage.prompt_tokens_details ?? usage.input_tokens_details)
  const out = details(usage.completion_tokens_details ?? usage.output_tokens_details)
  const reasoning = number(out.reasoning_tokens, usage.reasoning_tokens)
  return {
    input: number(prompt),
    output: number(completion) + reasoningBeside(usage, reasoning),
    // DeepSeek's and Kimi's names of it come after OpenAI's.
    cachedInput: number(into.cached_tokens, usage.prompt_cache_hit_tokens, usage.cached_tokens, usage.cache_read_input_tokens),
    cacheWrites: number(into.cache_write_tokens, into.cache_creation_tokens, usage.cache_creation_input_tokens),
    reasoning,
  }
}

/** xAI counts what was thought beside the completion; its total tells so. */
function reasoningBeside({ prompt_tokens: prompt, completion_tokens: completion, total_tokens: total }: Record<string, unknown>, reasoning: number): number {
  return total === number(prompt) + number(completion) + reasoning ? reasoning : 0
}

function details(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}

function number(...values: unknown[]): number {
  return values.find((value) => typeof value === 'number') ?? 0
}
