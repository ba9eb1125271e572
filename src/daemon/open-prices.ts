import type { Config } from '../config/schema.ts'
import type { Model } from '../core/model.ts'
import { followPriceList } from '../records/ledger/price-list.ts'
import { createPriceBook, type PriceBook } from '../records/pricing/price-book.ts'

export interface OpenPrices {
  prices: PriceBook
  close(): void
}

export interface PricesOptions {
  config: Pick<Config, 'pricingUrl' | 'pricingOverrides'>
  models(): readonly Model[]
  log: { warn(message: string): void }
}

/** What tokens cost, for the books, for answers and for limits in money. */
export function openPrices({ config, models, log }: PricesOptions): OpenPrices {
  const list = config.pricingUrl === undefined ? undefined : followPriceList({ url: config.pricingUrl, log })
  const prices = createPriceBook({ models, overrides: config.pricingOverrides, ...(list && { datasheet: () => list.current() }) })
  return { prices, close: () => list?.close() }
}
