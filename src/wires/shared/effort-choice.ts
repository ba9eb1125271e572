import type { Model } from '../../core/model.ts'
import type { Parameters } from '../../core/prompt.ts'
import { type Adjustment, adjusted, reasoningParameter } from './adjustment.ts'
import { effortOfBudget, nearestEffort } from './efforts.ts'

/** How much a model is asked to think, for formats that have names for it and no numbers. */
export interface EffortChoice {
  /** Undefined where nothing is asked. */
  effort?: string
  /** What the client asked for, where it is not what the provider is asked: an effort, a number of tokens or `disabled`. */
  rounded?: string
}

/** The parameters about it. */
export type EffortWish = Pick<Parameters, 'reasoningEffort' | 'reasoningMode' | 'reasoningBudget'>

/** How many tokens the efforts stand for, between the numbers of Google, Anthropic's clients and opencode. */
const BUDGETS: Record<string, number> = { minimal: 256, low: 1024, medium: 8192, high: 20_000, xhigh: 32_000, max: 64_000 }

/** What most models have. */
const USUAL = ['low', 'medium', 'high']

/**
 * What a client asked for, in a name that the model offers: its own where it is offered, or where nobody knows what is.
 * Thinking that cannot be stopped is made as little as it can be.
 */
export function chooseEffort(wish: EffortWish, model: Pick<Model, 'efforts' | 'reasoning'>): EffortChoice {
  const { reasoningEffort: wanted, reasoningBudget: budget } = wish
  const { efforts: offered } = model
  if (wanted === 'none' && offered.length === 0) return { effort: wanted }
  if (isStopped(wish)) return stop(model)
  if (wanted !== undefined) {
    const effort = offered.length === 0 ? wanted : (nearestEffort(wanted, offered) ?? wanted)
    return effort === wanted ? { effort } : { effort, rounded: wanted }
  }
  return budget === undefined ? {} : { ...spend(budget, offered.length === 0 ? USUAL : offered), rounded: String(budget) }
}

/** What the client is told of a choice. */
export function adjustedEffort(wish: EffortWish, { effort, rounded }: EffortChoice = {}): Adjustment[] {
  return rounded === undefined ? [] : adjusted(reasoningParameter(wish), rounded, effort)
}

/** Whether the client says anything about it, so that no configuration does. */
export function saysHowToThink({ reasoningEffort, reasoningMode, reasoningBudget }: EffortWish): boolean {
  return [reasoningEffort, reasoningMode, reasoningBudget].some((said) => said !== undefined)
}

/** Whether the client wants no thinking. */
export function isStopped({ reasoningEffort, reasoningMode, reasoningBudget }: EffortWish): boolean {
  return reasoningEffort === 'none' || reasoningMode === 'disabled' || reasoningBudget === 0
}

function stop({ efforts, reasoning }: Pick<Model, 'efforts' | 'reasoning'>): EffortChoice {
  if (efforts.includes('none')) return { effort: 'none' }
  const least = nearestEffort('minimal', efforts)
  if (least !== undefined) return { effort: least, rounded: 'disabled' }
  return reasoning ? { rounded: 'disabled' } : {}
}

/** Models with other names for what they offer are not asked at all. */
function spend(budget: number, offered: readonly string[]): EffortChoice {
  const known = offered.filter((name) => name in BUDGETS)
  return known.length === 0 ? {} : { effort: effortOfBudget(budget, Object.fromEntries(known.map((name) => [name, BUDGETS[name]!]))) }
}
