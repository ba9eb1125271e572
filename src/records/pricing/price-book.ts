import type { Model } from '../../core/model.ts'
import { billingOf, cataloguePrice } from './catalogue.ts'
import { type Datasheet, findPrice } from './datasheet.ts'
import { type Priced, type PricingOverride, parseOverride } from './overrides.ts'
import { applyPatch } from './patch.ts'
import type { Price } from './price.ts'

export interface PriceSources {
  /** Of the moment: opencode's configuration may change. */
  models(): readonly Pick<Model, 'id' | 'provider' | 'cost'>[]
  datasheet?(): Datasheet | undefined
  overrides: readonly PricingOverride[]
}

/** What a model's tokens cost at this moment; undefined where nobody knows. */
export type PriceBook = (priced: Priced) => Price | undefined

/**
 * The catalogue's price, or that of the list behind `pricing_url` in its place, with the overrides laid over it: the
 * narrower scope last, and of one scope the more exact pattern.
 * @throws RangeError that names the override and the field
 */
export function createPriceBook({ models, datasheet, overrides }: PriceSources): PriceBook {
  const parsed = overrides.map(parseOverride).toSorted((one, other) => one.weight - other.weight)
  return (priced) => {
    const { model: id, provider } = priced
    const model = models().find((one) => one.id === id)
    const listed = datasheet?.() && findPrice(datasheet()!, { id, provider })
    const billing = billingOf(provider)
    let price: Price | undefined = listed ? { ...listed, source: 'pricing_url', billing } : model && cataloguePrice(model)
    for (const { source, patch, matches } of parsed) {
      if (matches(priced)) price = { ...applyPatch(price ?? { rates: {}, tiers: [] }, patch), source, billing }
    }
    return price
  }
}
