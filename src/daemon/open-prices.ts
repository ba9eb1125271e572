import type { Config } from '../config/schema.ts'
import type { Model } from '../core/model.ts'
import { parseDatasheet } from '../records/pricing/datasheet.ts'
import { createPriceBook, type PriceBook } from '../records/pricing/price-book.ts'
import { followDocument } from '../system/followed-document.ts'
import type { Fetch } from '../system/outbound-fetch.ts'

export interface OpenPrices {
  prices: PriceBook
  close(): void
}

export interface PricesOptions {
  config: Pick<Config, 'pricingUrl' | 'pricingOverrides'>
  models(): readonly Model[]
  fetch: Fetch
  log: { warn(message: string): void }
}

/** What tokens cost, for the books, for answers and for limits in money. */
export function openPrices({ config, models, fetch, log }: PricesOptions): OpenPrices {
  const { pricingUrl: url } = config
  const list = url === undefined ? undefined : followDocument({ what: 'The list of prices (pricingUrl)', url, parse: parseDatasheet, fetch, log })
  const prices = createPriceBook({ models, overrides: config.pricingOverrides, ...(list && { datasheet: () => list.current() }) })
  return { prices, close: () => list?.close() }
}
