import type { Model } from '../../core/model.ts'
import type { Usage } from '../../core/usage.ts'
import { costOfAttempt } from '../../records/pricing/answer-cost.ts'
import { mostOf } from '../../records/pricing/cost.ts'
import type { PriceBook } from '../../records/pricing/price-book.ts'
import type { Attempt } from '../../records/record.ts'
import type { Amounts } from './meters.ts'

/** What a request for an answer may take at most. */
export interface Demand {
  /** Those that may be asked, at least one. */
  models: readonly Pick<Model, 'id' | 'provider' | 'maxOutputTokens'>[]
  /** How many answers are wanted. */
  choices: number
  /** Tokens, as far as they can be told beforehand. */
  input: number
  /** The most tokens of each answer; undefined where the client has not said. */
  output: number | undefined
  /** For prices that are for one format or key. */
  format: string | undefined
  key: string
}

/** What a model may write that does not say how much it can. Tokens. */
const USUAL_OUTPUT = 8_192

/** The part of it that one provider may be asked. */
export function askedOf(demand: Demand, provider: string | undefined): Demand {
  return provider === undefined ? demand : { ...demand, models: demand.models.filter((model) => model.provider === provider) }
}

/** The models of which nobody knows the price, and what the dearest of the others can cost. */
export function mostFor(demand: Demand, prices: PriceBook): { amounts: Amounts; unpriced: string[] } {
  const { models, choices, input, output, format, key } = demand
  const each = models.map(({ id, provider, maxOutputTokens }) => {
    const tokens = { input, output: mostOutput(output, maxOutputTokens) }
    const price = prices({ provider, model: id, format, key })
    return { id, tokens: tokens.input + tokens.output, cost: price && mostOf(price, tokens) }
  })
  const times = BigInt(choices)
  return {
    amounts: {
      requests: 1n,
      running: 1n,
      tokens: BigInt(Math.max(...each.map(({ tokens }) => tokens))) * times,
      cost: each.reduce((most, { cost = 0n }) => (cost > most ? cost : most), 0n) * times,
    },
    unpriced: each.flatMap(({ id, cost }) => (cost === undefined ? [id] : [])),
  }
}

function mostOutput(wanted: number | undefined, able: number): number {
  const most = able > 0 ? able : USUAL_OUTPUT
  return wanted === undefined ? most : Math.min(wanted, most)
}

/**
 * What came of it. Where a provider has not told all of what it used, as of an answer whose client left, it is what was
 * sent and what was heard.
 * @param written tokens of the answers, as far as they were heard
 */
export function tookOf(demand: Demand, attempts: readonly Attempt[], written: number, prices: PriceBook): Amounts {
  const { format, key } = demand
  const took = attempts
    .filter(({ calls }) => calls > 0)
    .map((attempt) => {
      const usage = attempt.usage.status === 'reported' ? attempt.usage : { ...estimate(demand, attempt, written), status: 'estimated' as const }
      const cost = costOfAttempt({ calls: attempt.calls, usage }, prices({ provider: attempt.provider, model: attempt.model, format, key }))
      return { tokens: BigInt(usage.input + usage.output), cost: cost?.total ?? 0n }
    })
  const sum = (of: 'tokens' | 'cost') => took.reduce((total, one) => total + one[of], 0n)
  return { requests: 1n, running: 0n, tokens: sum('tokens'), cost: sum('cost') }
}

/** At least what was told, and no more output than was asked for. */
function estimate({ input, output = Number.MAX_SAFE_INTEGER, choices }: Demand, { calls, usage }: Attempt, written: number): Usage {
  return { ...usage, input: Math.max(usage.input, input * calls), output: Math.max(usage.output, Math.min(written, output * choices)) }
}
