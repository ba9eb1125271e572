import type { Prompt } from '../../core/prompt.ts'
import { isObject } from '../shared/json-object.ts'
import type { Target } from '../wire.ts'

/** How a model is to think: as the client said, else as the user's opencode configuration has it. */
export type ReasoningWish =
  | { type: 'none' }
  | { type: 'off' }
  | { type: 'adaptive' }
  | { type: 'budget'; tokens: number }
  | { type: 'effort'; effort: string }

export function reasoningWish({ parameters }: Pick<Prompt, 'parameters'>, { form }: Pick<Target, 'form'>): ReasoningWish {
  const { reasoningMode, reasoningBudget, reasoningEffort } = parameters
  if (reasoningMode === 'disabled' || reasoningEffort === 'none' || reasoningBudget === 0) return { type: 'off' }
  if (reasoningBudget !== undefined) return { type: 'budget', tokens: reasoningBudget }
  if (reasoningEffort !== undefined) return { type: 'effort', effort: reasoningEffort }
  return reasoningMode === 'adaptive' ? { type: 'adaptive' } : configuredWish(form.configured)
}

function configuredWish({ thinking, output_config: config }: Record<string, unknown>): ReasoningWish {
  if (isObject(thinking) && thinking.type === 'disabled') return { type: 'off' }
  if (isObject(thinking) && typeof thinking.budget_tokens === 'number') return { type: 'budget', tokens: thinking.budget_tokens }
  if (isObject(config) && typeof config.effort === 'string') return { type: 'effort', effort: config.effort }
  return isObject(thinking) && thinking.type === 'adaptive' ? { type: 'adaptive' } : { type: 'none' }
}
