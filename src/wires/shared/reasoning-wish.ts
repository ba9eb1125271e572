import type { Parameters } from '../../core/prompt.ts'

/** How a model is to think, in a format that has numbers for it. */
export type ReasoningWish = { type: 'off' } | { type: 'adaptive' } | { type: 'budget'; tokens: number } | { type: 'effort'; effort: string }

/** What the client asks for, if it asks for anything. */
export function clientWish({ reasoningMode, reasoningBudget, reasoningEffort }: Parameters): ReasoningWish | undefined {
  if (reasoningMode === 'disabled' || reasoningEffort === 'none' || reasoningBudget === 0) return { type: 'off' }
  if (reasoningBudget !== undefined) return { type: 'budget', tokens: reasoningBudget }
  if (reasoningEffort !== undefined) return { type: 'effort', effort: reasoningEffort }
  return reasoningMode === 'adaptive' ? { type: 'adaptive' } : undefined
}
