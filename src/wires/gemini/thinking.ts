import type { Parameters } from '../../core/prompt.ts'
import { effortOfBudget, nearestEffort } from '../shared/efforts.ts'
import { present } from '../shared/present.ts'
import { clientWish, type ReasoningWish } from '../shared/reasoning-wish.ts'
import type { Gemini } from './gemini.ts'

type Json = Record<string, unknown>

/** What Google takes OpenAI's efforts for, in tokens; beyond these, the most that there is. */
const BUDGETS: Readonly<Record<string, number>> = { minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576, xhigh: Infinity, max: Infinity }
const LEVELS: Readonly<Record<string, number>> = { low: 1_024, medium: 8_192, high: 24_576 }

/** Leaves it to the model. */
const AUTOMATIC = -1

/** `thinkingConfig`, of a client that asks for thinking or for seeing it. */
export function encodeThinking(parameters: Parameters, gemini: Gemini): Json | undefined {
  const wish = clientWish(parameters)
  const { reasoningDisplay: display } = parameters
  if (gemini.thinks === 'never' || (wish === undefined && display === undefined)) return undefined
  const shown = display === undefined ? (wish?.type === 'off' ? undefined : true) : display !== 'none'
  const amount = wish === undefined ? {} : gemini.thinks === 'level' ? { thinkingLevel: levelOf(wish, gemini) } : { thinkingBudget: budgetOf(wish, gemini) }
  const config = present({ ...amount, includeThoughts: shown })
  return Object.keys(config).length > 0 ? config : undefined
}

/** These models always decide by themselves how much they think of what they may. */
function levelOf(wish: ReasoningWish, { levels }: Gemini): string | undefined {
  switch (wish.type) {
    case 'off':
      return nearestEffort('minimal', levels)
    case 'adaptive':
      return undefined
    case 'budget':
      return nearestEffort(effortOfBudget(wish.tokens, LEVELS), levels)
    case 'effort':
      return nearestEffort(wish.effort, levels)
  }
}

function budgetOf(wish: ReasoningWish, { budget: { least, most, zero } }: Gemini): number | undefined {
  switch (wish.type) {
    case 'off':
      return zero ? 0 : least
    case 'adaptive':
      return AUTOMATIC
    case 'budget':
      return wish.tokens < 0 ? AUTOMATIC : within(wish.tokens)
    case 'effort': {
      const tokens = BUDGETS[wish.effort]
      return tokens === undefined ? undefined : within(tokens)
    }
  }

  function within(tokens: number): number {
    return Math.min(Math.max(tokens, least), most)
  }
}
