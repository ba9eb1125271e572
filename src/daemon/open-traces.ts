import type { Config } from '../config/schema.ts'
import type { PriceBook } from '../records/pricing/price-book.ts'
import { openTraces, PACKAGES, type Traces } from '../records/traces/trace-sink.ts'

export interface TracesOptions {
  config: Pick<Config, 'otlpEndpoint'>
  version: string
  prices: PriceBook
  log: { warn(message: string): void }
}

/** Traces where the configuration wants them; without the packages for it the daemon runs all the same, and says so. */
export async function openConfiguredTraces({ config, version, prices, log }: TracesOptions): Promise<Traces | undefined> {
  const { otlpEndpoint: endpoint } = config
  if (endpoint === undefined) return undefined
  try {
    return await openTraces({ endpoint, version, prices })
  } catch (error) {
    const missing = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND'
    const why = missing ? `install its packages beside opencode-bridge: npm install ${PACKAGES.join(' ')}` : (error as Error).message
    log.warn(`No traces are sent (otlpEndpoint): ${why}`)
    return undefined
  }
}
