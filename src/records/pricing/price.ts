/** 10⁻¹⁸ USD: a rate per token in it is whole, whatever digits the price has. */
export type AttoDollars = bigint

/**
 * What one token of each kind costs. Without a rate of their own, cached and written input cost what input does, and
 * reasoning what output does; without that, nobody knows.
 */
export interface Rates {
  input?: AttoDollars
  output?: AttoDollars
  cacheRead?: AttoDollars
  cacheWrite?: AttoDollars
  reasoning?: AttoDollars
  /** For the call itself, whatever its tokens. */
  request?: AttoDollars
}

export interface Price {
  rates: Rates
  /** Rates that take the place of the others for a request with more tokens of input; by `above`, the least first. */
  tiers: readonly Tier[]
  /** Where it comes from: `catalogue`, `pricing_url` or `override:<id>`, the last that had a say. */
  source: string
  billing: Billing
}

export interface Tier {
  /** Tokens of input, those of the cache among them. */
  above: number
  rates: Rates
}

/**
 * - `metered`: each token is paid for
 * - `subscription`: a plan pays for it; the price is what its tokens are worth by the list
 * - `free`: costs nothing
 */
export type Billing = 'metered' | 'subscription' | 'free'

/** The rates of a request with so many tokens of input: the highest tier that it is above, over the base. */
export function ratesFor({ rates, tiers }: Pick<Price, 'rates' | 'tiers'>, input: number): Rates {
  let found = rates
  for (const tier of tiers) if (input > tier.above) found = { ...found, ...tier.rates }
  return found
}
