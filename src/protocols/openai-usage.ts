import { type AnswerCost, formatDecimal, type PicoDollars } from '../core/money.ts'
import { NO_USAGE, type Usage } from '../core/usage.ts'

/** Usage as Chat Completions and Completions tell it. */
export interface OpenAIUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  /** Both are among the prompt's tokens; few providers tell of what they wrote. */
  prompt_tokens_details: { cached_tokens: number; cache_write_tokens?: number }
  completion_tokens_details: { reasoning_tokens: number }
  /** Not OpenAI's; see `encodeCost`. */
  cost?: number
  cost_details?: Record<string, number>
}

/** @param cost undefined where nobody knows it, which is no zero */
export function encodeOpenAIUsage(usage: Usage = NO_USAGE, cost?: AnswerCost): OpenAIUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput, ...(usage.cacheWrites > 0 && { cache_write_tokens: usage.cacheWrites }) },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
    ...(cost && encodeCost(cost, 'prompt', 'completions')),
  }
}

/**
 * What an answer cost in USD, as OpenRouter tells it in its usage: https://openrouter.ai/docs/use-cases/usage-accounting
 * @param words what the format calls the two kinds of tokens: its details are named after them
 */
export function encodeCost({ total, input, output }: AnswerCost, ...words: CostWords): Required<Pick<OpenAIUsage, 'cost' | 'cost_details'>> {
  const [read, written] = words
  return {
    cost: toDollars(total),
    cost_details: {
      upstream_inference_cost: toDollars(total),
      [`upstream_inference_${read}_cost`]: toDollars(input),
      [`upstream_inference_${written}_cost`]: toDollars(output),
    },
  }
}

export type CostWords = readonly [read: 'prompt', written: 'completions'] | readonly [read: 'input', written: 'output']

function toDollars(amount: PicoDollars): number {
  return Number(formatDecimal(amount))
}
