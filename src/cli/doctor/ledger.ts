import type { LoadedConfig } from '../../config/load.ts'
import { configSchema } from '../../config/schema.ts'
import type { LedgerStatus } from '../../records/ledger/books.ts'
import { connectToRunning } from '../daemon/connect.ts'
import { count, formatBytes } from '../terminal/format.ts'
import { type Check, failed } from './check.ts'

const name = 'ledger'
const fix = 'set another `database`, or `ledger = false`; requests are answered either way'

/** Whether the books are kept: as the running daemon says, else by opening them. */
export async function checkLedger(settings: LoadedConfig | undefined): Promise<Check> {
  const { config } = settings ?? { config: configSchema.parse({}) }
  const running = settings && (await connectToRunning(settings).catch(() => undefined))
  const ledger = await running?.status().then(
    (status) => status.ledger,
    () => undefined,
  )
  if (ledger) return judgeLedger(ledger)
  if (!config.ledger || ledger === null) return { name, status: 'ok', detail: 'no books are kept (ledger)' }
  try {
    const { examineBooks } = await import('../../daemon/open-books.ts')
    const { where, requests, bytes } = await examineBooks(config, process.env)
    const size = bytes === undefined ? '' : `, ${formatBytes(bytes)}`
    return {
      name,
      status: 'ok',
      detail: requests === undefined ? `none yet; ${where} is made with the first request` : `${where}: ${count(requests, 'request')}${size}`,
    }
  } catch (error) {
    return failed(name, error, fix)
  }
}

/** What a running daemon tells of its books. */
export function judgeLedger({ written, pending, lost, fault }: LedgerStatus): Check {
  const counts = `the running daemon has written ${count(written, 'row')}, ${pending} waiting, ${lost} lost`
  if (fault !== undefined) return { name, status: 'fail', detail: `${fault}; ${counts}`, fix }
  return { name, status: lost > 0 ? 'warn' : 'ok', detail: counts, ...(lost > 0 && { fix: 'its log says since when the database could not be written' }) }
}
