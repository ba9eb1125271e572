import { divideRounded, type PicoDollars } from '../../core/money.ts'
import type { Usage } from '../../core/usage.ts'
import { type AttoDollars, type Price, type Rates, ratesFor } from './price.ts'

/** What a call cost, and what of it was for which tokens: each part is rounded by itself, the total once. */
export interface Cost {
  total: PicoDollars
  input: PicoDollars
  cachedInput: PicoDollars
  cacheWrites: PicoDollars
  /** Without reasoning. */
  output: PicoDollars
  reasoning: PicoDollars
  /** For the calls themselves. */
  requests: PicoDollars
}

const ATTOS = 1_000_000n

/**
 * @param calls how often a provider was called for it
 * @returns undefined where the price of a token that was used is unknown
 */
export function costOf(price: Pick<Price, 'rates' | 'tiers'>, usage: Usage, calls = 1): Cost | undefined {
  const rates = ratesFor(price, usage.input)
  const parts = [
    times(usage.input - usage.cachedInput - usage.cacheWrites, rates.input),
    times(usage.cachedInput, rates.cacheRead ?? rates.input),
    times(usage.cacheWrites, rates.cacheWrite ?? rates.input),
    times(usage.output - usage.reasoning, rates.output),
    times(usage.reasoning, rates.reasoning ?? rates.output),
    rates.request === undefined ? (knowsTokens(rates) ? 0n : undefined) : times(calls, rates.request),
  ]
  if (!parts.every((part) => part !== undefined)) return undefined
  const [input, cachedInput, cacheWrites, output, reasoning, requests] = parts.map(toPico) as [bigint, bigint, bigint, bigint, bigint, bigint]
  const total = toPico(parts.reduce((sum, part) => sum + part, 0n))
  return { total, input, cachedInput, cacheWrites, output, reasoning, requests }
}

/**
 * The most that a request can cost which has so much input and gets so much output at most: by the dearest rate of
 * each kind, for nothing is known yet of what will be cached or thought.
 */
export function mostOf(price: Pick<Price, 'rates' | 'tiers'>, tokens: { input: number; output: number }, calls = 1): PicoDollars | undefined {
  const { input, output, cacheRead, cacheWrite, reasoning, request } = ratesFor(price, tokens.input)
  const paid = [
    times(tokens.input, highest(input, cacheRead ?? input, cacheWrite ?? input)),
    times(tokens.output, highest(output, reasoning ?? output)),
    times(calls, request ?? 0n),
  ]
  if (!paid.every((part) => part !== undefined)) return undefined
  return toPico(paid.reduce((sum, part) => sum + part, 0n))
}

/** A price that is for calls only knows no tokens; one that is empty knows nothing. */
function knowsTokens({ input, output }: Rates): boolean {
  return input !== undefined || output !== undefined
}

/** No tokens cost nothing, whatever their price. */
function times(tokens: number, rate: AttoDollars | undefined): AttoDollars | undefined {
  const count = Math.max(0, Math.round(tokens) || 0)
  if (count === 0) return 0n
  return rate === undefined ? undefined : BigInt(count) * rate
}

function highest(...rates: (AttoDollars | undefined)[]): AttoDollars | undefined {
  return rates.reduce((most, rate) => (most === undefined || rate === undefined ? undefined : rate > most ? rate : most))
}

function toPico(amount: AttoDollars): PicoDollars {
  return divideRounded(amount, ATTOS)
}
