import type { Model } from '../../core/model.ts'
import { billingOf, cataloguePrice } from './catalogue.ts'
import { type Datasheet, findPrice } from './datasheet.ts'
import { type Override, type Priced, type PricingOverride, parseOverride } from './overrides.ts'
import { applyPatch } from './patch.ts'
import type { Price } from './price.ts'

export interface PriceSources {
  /** Of the moment: opencode's configuration may change, and another table is another array. */
  models(): readonly Pick<Model, 'id' | 'provider' | 'cost'>[]
  datasheet?(): Datasheet | undefined
  overrides: readonly PricingOverride[]
}

/** What a model's tokens cost at this moment; undefined where nobody knows. */
export type PriceBook = (priced: Priced) => Price | undefined

/** So many answers are kept: more than a daemon has models and keys in use. */
const MOST_KEPT = 2_000

/**
 * The catalogue's price, or that of the list behind `pricing_url` in its place, with the overrides laid over it: the
 * narrower scope last, and of one scope the more exact pattern. What was found is kept until there are other models or
 * another list: each request asks, more than once.
 * @throws RangeError that names the override and the field
 */
export function createPriceBook({ models, datasheet, overrides }: PriceSources): PriceBook {
  const parsed = overrides.map(parseOverride).toSorted((one, other) => one.weight - other.weight)
  const kept = new Map<string, Price | undefined>()
  let tables: readonly unknown[] = []
  return (priced) => {
    const current = [models(), datasheet?.()] as const
    if (current.some((table, index) => table !== tables[index]) || kept.size >= MOST_KEPT) kept.clear()
    tables = current
    const { provider, model, format, key } = priced
    const name = [provider, model, format, key].join('\0')
    if (!kept.has(name)) kept.set(name, findPriceOf(priced, ...current, parsed))
    return kept.get(name)
  }
}

function findPriceOf(
  priced: Priced,
  models: readonly Pick<Model, 'id' | 'provider' | 'cost'>[],
  sheet: Datasheet | undefined,
  overrides: readonly Override[],
): Price | undefined {
  const { model: id, provider } = priced
  const model = models.find((one) => one.id === id)
  const listed = sheet && findPrice(sheet, { id, provider })
  const billing = billingOf(provider)
  let price: Price | undefined = listed ? { ...listed, source: 'pricing_url', billing } : model && cataloguePrice(model)
  for (const { source, patch, matches } of overrides) {
    if (matches(priced)) price = { ...applyPatch(price ?? { rates: {}, tiers: [] }, patch), source, billing }
  }
  return price
}
