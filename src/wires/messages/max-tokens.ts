import type { Prompt } from '../../core/prompt.ts'
import type { Target } from '../wire.ts'

/** What opencode sends where nothing is asked for, at most. */
const USUAL = 32_000

export interface TokenLimit {
  /** Anthropic refuses a request without it. */
  tokens: number
  /** Whether the client or the user's configuration chose it. */
  chosen: boolean
}

export function tokenLimit({ parameters }: Pick<Prompt, 'parameters'>, { form, model }: Pick<Target, 'form' | 'model'>): TokenLimit {
  const chosen = parameters.maxOutputTokens ?? numberOf(form.configured.max_tokens)
  if (chosen !== undefined) return { tokens: chosen, chosen: true }
  const usual = numberOf(form.defaults.max_tokens) ?? Math.min(mostTokens(model), USUAL)
  return { tokens: usual, chosen: false }
}

/** The most that the model gives; 0 stands for unknown. */
export function mostTokens({ maxOutputTokens }: Target['model']): number {
  return maxOutputTokens > 0 ? maxOutputTokens : Infinity
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
