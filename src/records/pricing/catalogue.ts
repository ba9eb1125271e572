import { parseDecimal } from '../../core/money.ts'
import type { Model, ModelCost } from '../../core/model.ts'
import { type Billing, type Price, type Rates } from './price.ts'

/**
 * The price of a model as opencode's catalogue has it. A zero there may also mean that nobody said anything, so it
 * stands for unknown, unless the model says that it is free.
 */
export function cataloguePrice({ id, provider, cost }: Pick<Model, 'id' | 'provider' | 'cost'>): Price | undefined {
  if (isFree(id)) return { rates: { input: 0n, output: 0n }, tiers: [], source: 'catalogue', billing: 'free' }
  if (cost === undefined || (cost.input === 0 && cost.output === 0)) return undefined
  return {
    rates: toRates(cost),
    tiers: cost.tiers.map(({ above, ...tier }) => ({ above, rates: toRates(tier) })).toSorted((one, other) => one.above - other.above),
    source: 'catalogue',
    billing: billingOf(provider),
  }
}

/** By the providers whose logins are plans; all others count tokens. */
export function billingOf(provider: string): Billing {
  return PLANS.has(provider) || provider.startsWith('github-copilot') ? 'subscription' : 'metered'
}

/** `opencode-go`, https://opencode.ai/docs/go; the others are sold as coding plans under these names in models.dev. */
const PLANS: ReadonlySet<string> = new Set(['opencode-go', 'zai-coding-plan', 'zhipuai-coding-plan', 'kimi-for-coding', 'minimax-coding-plan'])

/** As OpenRouter (`…:free`) and OpenCode Zen (`…-free`) name what they give away. */
function isFree(id: string): boolean {
  return /[:-]free$/.test(id)
}

function toRates({ input, output, cacheRead, cacheWrite }: Omit<ModelCost, 'tiers'>): Rates {
  return {
    ...rate('input', input),
    ...rate('output', output),
    ...(cacheRead > 0 && rate('cacheRead', cacheRead)),
    ...(cacheWrite > 0 && rate('cacheWrite', cacheWrite)),
  }
}

/** From USD per million tokens. */
function rate(kind: keyof Rates, dollars: number): Rates {
  return { [kind]: parseDecimal(dollars, 12) }
}
