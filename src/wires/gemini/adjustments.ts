import type { Prompt } from '../../core/prompt.ts'
import { type Adjustment, adjusted, reasoningParameter } from '../shared/adjustment.ts'
import { clientWish } from '../shared/reasoning-wish.ts'
import type { Target } from '../wire.ts'
import { type Gemini, geminiOf } from './gemini.ts'
import { encodeThinking } from './thinking.ts'

/** What of a request the model is asked otherwise than the client has it: Google would refuse it. */
export function adjustments({ parameters }: Pick<Prompt, 'parameters'>, target: Target): Adjustment[] {
  const gemini = geminiOf(target)
  const { presencePenalty, frequencyPenalty } = parameters
  return [
    ...(gemini.penalties ? [] : [...adjusted('presencePenalty', presencePenalty, undefined), ...adjusted('frequencyPenalty', frequencyPenalty, undefined)]),
    ...adjustedThinking(parameters, gemini),
  ]
}

function adjustedThinking(parameters: Prompt['parameters'], gemini: Gemini): Adjustment[] {
  const wish = clientWish(parameters)
  if (wish === undefined) return []
  const name = reasoningParameter(parameters)
  const { thinkingBudget: budget, thinkingLevel: level } = encodeThinking(parameters, gemini) ?? {}
  switch (wish.type) {
    case 'off':
      return gemini.thinks === 'never' ? [] : adjusted(name, 0, budget ?? level)
    case 'adaptive':
      return gemini.thinks === 'never' ? [{ name }] : []
    case 'budget':
      return adjusted(name, wish.tokens, budget ?? level)
    case 'effort':
      return adjusted(name, wish.effort, level ?? budget)
  }
}
