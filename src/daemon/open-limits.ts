import { LimitGate } from '../access/limits/limit-gate.ts'
import { createWindows } from '../access/limits/windows.ts'
import type { Config } from '../config/schema.ts'
import type { PriceBook } from '../records/pricing/price-book.ts'
import { memoryLimitStore } from '../storage/memory/limit-store.ts'
import { sqlLimitStore } from '../storage/sql/limit-store.ts'
import { openDatabase } from './open-books.ts'

export interface LimitsOptions {
  config: Pick<Config, 'ledger' | 'database' | 'timeZone' | 'daemonLimits' | 'clientLimits' | 'providerLimits' | 'limitsPolicy'>
  prices: PriceBook
  env: NodeJS.ProcessEnv
  log: { warn(message: string): void; info(message: string): void }
}

/**
 * Opens what counts the use of limits: the database of the books, which is opened when somebody with a limit asks; where
 * there are no books, the memory of this daemon.
 */
export function openLimits({ config, prices, env, log }: LimitsOptions): { gate: LimitGate; close(): Promise<void> } {
  const database = config.ledger ? openDatabase(config, env) : undefined
  const gate = new LimitGate({
    store: database ? sqlLimitStore(database) : memoryLimitStore(),
    prices,
    windows: createWindows(config.timeZone),
    daemon: config.daemonLimits,
    client: config.clientLimits,
    providers: config.providerLimits,
    policy: config.limitsPolicy,
    log,
  })
  return {
    gate,
    close: async () => {
      await gate.close()
      await database?.close()
    },
  }
}
