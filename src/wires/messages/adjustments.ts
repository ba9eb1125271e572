import type { Prompt } from '../../core/prompt.ts'
import { type Adjustment, adjusted, reasoningParameter } from '../shared/adjustment.ts'
import { clientWish } from '../shared/reasoning-wish.ts'
import type { Target } from '../wire.ts'
import { type Claude, claudeOf } from './claude.ts'
import { carriedStops } from './encode.ts'
import { encodeSampling } from './sampling.ts'
import { planThinking, type ThinkingPlan } from './thinking.ts'

/** What of a request the model is asked otherwise than the client has it: Anthropic would refuse it. */
export function adjustments(prompt: Prompt, target: Target): Adjustment[] {
  const { parameters, tools, toolChoice } = prompt
  const claude = claudeOf(target)
  const plan = planThinking(prompt, target)
  const sampling = encodeSampling(parameters, claude, plan.thinking !== undefined && plan.thinking.type !== 'disabled')
  const forced = toolChoice.type === 'required' || toolChoice.type === 'tool'
  return [
    ...adjusted('temperature', parameters.temperature, sampling.temperature),
    ...adjusted('topP', parameters.topP, sampling.top_p),
    ...adjusted('topK', parameters.topK, sampling.top_k),
    ...adjusted('stop', parameters.stop?.length, parameters.stop && (carriedStops(parameters.stop)?.length ?? 0)).map(({ name }) => ({ name })),
    ...(forced && tools.length > 0 && !claude.forcedCalls ? [{ name: 'toolChoice' as const, instead: 'auto' }] : []),
    ...adjustedThinking(prompt, plan, claude),
  ]
}

function adjustedThinking({ parameters }: Prompt, { thinking, effort, leftOut }: ThinkingPlan, claude: Claude): Adjustment[] {
  const wish = clientWish(parameters)
  if (wish === undefined) return []
  const name = reasoningParameter(parameters)
  if (leftOut) return [{ name }]
  const budget = thinking?.budget_tokens
  switch (wish.type) {
    case 'off':
      // The older ones do not think unless asked to.
      return claude.off === undefined && claude.thinks === 'budget' ? [] : adjusted(name, 'disabled', claude.off)
    case 'adaptive':
      return adjusted(name, 'adaptive', budget ?? 'adaptive')
    case 'budget':
      return adjusted(name, wish.tokens, budget ?? effort ?? 'adaptive')
    case 'effort':
      return adjusted(name, wish.effort, effort ?? budget)
  }
}
