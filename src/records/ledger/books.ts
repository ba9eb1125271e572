import type { Day } from '../../core/calendar.ts'
import type { LedgerStore } from '../../storage/ledger-store.ts'
import type { WriteStatus } from '../write-queue.ts'

/** How the writing of rows goes. */
export type LedgerStatus = WriteStatus

/** The books of the daemon, for those who read them. */
export interface Books {
  store: Pick<LedgerStore, 'sum' | 'page' | 'firstTokens'>
  status(): LedgerStatus
  /** In the time zone of the books. */
  dayOf(time: number): Day
}
