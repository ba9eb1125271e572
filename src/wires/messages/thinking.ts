import { isObject } from '../../core/json-value.ts'
import type { Prompt } from '../../core/prompt.ts'
import { effortOfBudget, nearestEffort } from '../shared/efforts.ts'
import { clientWish, type ReasoningWish } from '../shared/reasoning-wish.ts'
import { toConversation } from '../shared/turns.ts'
import type { Target } from '../wire.ts'
import { type Claude, claudeOf } from './claude.ts'
import { mostTokens, tokenLimit, type TokenLimit } from './max-tokens.ts'
import { lacksThinking } from './thinking-blocks.ts'

/** What a request says about thinking, and the limit of tokens that thinking counts towards. */
export interface ThinkingPlan {
  thinking: Record<string, unknown> | undefined
  effort: string | undefined
  maxTokens: number
  /** Whether thinking was asked for that this request cannot have. */
  leftOut: boolean
}

/** Anthropic refuses less. */
const LEAST_BUDGET = 1024

/** Tokens for an effort where the model knows none: Claude Code's `think`, `think hard`, and opencode's own two. */
const BUDGETS = { minimal: LEAST_BUDGET, low: 4_000, medium: 10_000, high: 16_000, xhigh: 24_000, max: 31_999 } as const

/** Whether thinking was asked for that a request has to do without: then the answer is one without it. */
export function thinkingLeftOut(prompt: Prompt, target: Target): boolean {
  return planThinking(prompt, target).leftOut
}

/** Decides how the model is to think, within what it and the history allow. */
export function planThinking(prompt: Prompt, target: Target): ThinkingPlan {
  const claude = claudeOf(target)
  const wanted = planWish(clientWish(prompt.parameters) ?? configuredWish(target), claude, prompt, target)
  const allowed = wanted.thinking === undefined || isOff(wanted.thinking) || mayThink(wanted.thinking, prompt, target)
  const plan = allowed ? wanted : { ...wanted, thinking: undefined, maxTokens: tokenLimit(prompt, target).tokens, leftOut: true }
  return { ...plan, thinking: withBinding(plan.thinking, target.form.defaults) }
}

function planWish(wish: ReasoningWish | undefined, claude: Claude, prompt: Prompt, target: Target): ThinkingPlan {
  const limit = tokenLimit(prompt, target)
  const none = { thinking: undefined, effort: undefined, maxTokens: limit.tokens, leftOut: false }
  if (wish === undefined) return none
  if (wish.type === 'off') return { ...none, thinking: claude.off && { type: claude.off } }
  if (claude.thinks === 'never') return { ...none, leftOut: true }

  const adaptive = { ...none, thinking: adaptiveThinking(claude, prompt.parameters.reasoningDisplay ?? configuredDisplay(target)) }
  if (wish.type === 'adaptive') return claude.thinks === 'budget' ? withBudget(BUDGETS.high, limit, target, true) : adaptive
  if (wish.type === 'budget') {
    if (claude.thinks !== 'adaptive') return withBudget(wish.tokens, limit, target, false)
    return { ...adaptive, effort: nearestEffort(effortOfBudget(wish.tokens, BUDGETS), claude.efforts) }
  }
  const effort = nearestEffort(wish.effort, claude.efforts)
  if (effort !== undefined && claude.effortThinks === 'adaptive') return { ...adaptive, effort }
  if (effort !== undefined && claude.effortThinks === 'own') return { ...none, effort, thinking: ownThinking(target) }
  const budget = BUDGETS[wish.effort as keyof typeof BUDGETS] as number | undefined
  if (budget === undefined || claude.thinks === 'adaptive' || !target.model.reasoning) return { ...none, leftOut: true }
  return { ...withBudget(budget, limit, target, true), effort }
}

/** @param rounded whether nobody asked for that very number, so that half of the tokens can be left to the answer */
function withBudget(budget: number, limit: TokenLimit, { model }: Target, rounded: boolean): ThinkingPlan {
  const maxTokens = limit.chosen || budget < limit.tokens ? limit.tokens : Math.min(mostTokens(model), budget + limit.tokens)
  const most = rounded && limit.chosen ? Math.floor(maxTokens / 2) : maxTokens - 1
  const tokens = Math.min(Math.max(budget, LEAST_BUDGET), most)
  const none = { effort: undefined, maxTokens }
  if (tokens < LEAST_BUDGET) return { ...none, thinking: undefined, leftOut: true }
  return { ...none, thinking: { type: 'enabled', budget_tokens: tokens }, leftOut: false }
}

/** The newer models hide what they think unless told otherwise, which opencode tells them. */
function adaptiveThinking({ thinks }: Claude, display: string | undefined): Record<string, unknown> {
  if (display === 'none' || display === 'omitted') return { type: 'adaptive', display: 'omitted' }
  return { type: 'adaptive', ...(display !== undefined || thinks === 'adaptive' ? { display: 'summarized' } : {}) }
}

/** What the user's opencode configuration asks for. */
function configuredWish({ form }: Target): ReasoningWish | undefined {
  const { thinking, output_config: config } = form.configured
  if (isObject(thinking) && thinking.type === 'disabled') return { type: 'off' }
  if (isObject(thinking) && typeof thinking.budget_tokens === 'number') return { type: 'budget', tokens: thinking.budget_tokens }
  if (isObject(config) && typeof config.effort === 'string') return { type: 'effort', effort: config.effort }
  return isObject(thinking) && thinking.type === 'adaptive' ? { type: 'adaptive' } : undefined
}

function configuredDisplay({ form }: Target): string | undefined {
  const { thinking } = form.configured
  return isObject(thinking) && typeof thinking.display === 'string' ? thinking.display : undefined
}

/** What opencode itself sends for a model of another vendor. */
function ownThinking({ form }: Target): Record<string, unknown> | undefined {
  const { thinking } = form.defaults
  return isObject(thinking) ? thinking : undefined
}

/** A call can be demanded of a model that thinks as it finds right, but of none that has a budget. */
function mayThink({ type }: Record<string, unknown>, { messages, toolChoice, tools }: Prompt, { model }: Target): boolean {
  const forced = tools.length > 0 && (toolChoice.type === 'required' || toolChoice.type === 'tool')
  return !(forced && type === 'enabled') && !lacksThinking(toConversation(messages).turns, model.id, type === 'enabled' ? type : 'adaptive')
}

function isOff({ type }: Record<string, unknown>): boolean {
  return type === 'disabled' || type === 'between_tools'
}

/**
 * Claude 5.1 and later refuse thinking whose history has changed since. opencode tells them to drop it instead, with a
 * header that goes with every call; such models think whether or not they are asked to.
 */
export function withBinding(thinking: ThinkingPlan['thinking'], { thinking: own }: Record<string, unknown>): ThinkingPlan['thinking'] {
  if (!isObject(own) || own.block_binding === undefined) return thinking
  if (thinking === undefined) return own
  return isOff(thinking) ? thinking : { ...thinking, block_binding: own.block_binding }
}
