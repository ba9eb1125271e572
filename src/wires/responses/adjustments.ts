import type { Prompt } from '../../core/prompt.ts'
import type { Adjustment } from '../shared/adjustment.ts'
import { adjustedEffort, chooseEffort } from '../shared/effort-choice.ts'
import type { Target } from '../wire.ts'
import { refusedParameters } from './chatgpt.ts'

/** What of a request the model is asked otherwise than the client has it: the login would refuse it, or has no field for it. */
export function adjustments({ parameters }: Pick<Prompt, 'parameters'>, { model, form }: Target): Adjustment[] {
  const refused = refusedParameters(form).filter((name) => parameters[name] !== undefined)
  return [...refused.map((name) => ({ name })), ...adjustedEffort(parameters, chooseEffort(parameters, model))]
}
