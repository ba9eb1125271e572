import type { AnswerCost } from '../../core/money.ts'
import type { Attempt } from '../record.ts'
import { type Cost, costOf } from './cost.ts'
import type { Priced } from './overrides.ts'
import type { PriceBook } from './price-book.ts'
import type { Price } from './price.ts'

/** What one model took for what it was asked; undefined where nobody knows. */
export function costOfAttempt({ calls, usage }: Pick<Attempt, 'calls' | 'usage'>, price: Price | undefined): Cost | undefined {
  // Of a call that told nothing nobody knows what it cost, unless it is free.
  if (price === undefined || (usage.status === 'none' && price.billing !== 'free')) return undefined
  return costOf(price, usage, calls)
}

/** What all models together took for one request; undefined where that is unknown of any, or where none was called. */
export function answerCost(prices: PriceBook, attempts: readonly Attempt[], asked: Pick<Priced, 'format' | 'key'>): AnswerCost | undefined {
  const called = attempts.filter(({ calls }) => calls > 0)
  const costs = called.map((attempt) => costOfAttempt(attempt, prices({ ...asked, provider: attempt.provider, model: attempt.model })))
  if (costs.length === 0 || !costs.every((cost) => cost !== undefined)) return undefined
  const sum = (of: (cost: Cost) => bigint) => costs.reduce((total, cost) => total + of(cost), 0n)
  return {
    total: sum(({ total }) => total),
    input: sum(({ input, cachedInput, cacheWrites, requests }) => input + cachedInput + cacheWrites + requests),
    output: sum(({ output, reasoning }) => output + reasoning),
  }
}
