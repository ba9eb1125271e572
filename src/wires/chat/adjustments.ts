import type { Prompt } from '../../core/prompt.ts'
import { type Adjustment, reasoningParameter } from '../shared/adjustment.ts'
import { adjustedEffort } from '../shared/effort-choice.ts'
import type { Target } from '../wire.ts'
import { dialectOf } from './dialect.ts'
import { planEffort } from './encode-parameters.ts'

/** What of a request the model is asked otherwise than the client has it: the provider would refuse it, or has no field for it. */
export function adjustments(prompt: Pick<Prompt, 'parameters' | 'messages'>, target: Target): Adjustment[] {
  const { choice, leftOut } = planEffort(prompt, target, dialectOf(target.form))
  return leftOut ? [{ name: reasoningParameter(prompt.parameters) }] : adjustedEffort(prompt.parameters, choice)
}
