import type { Day } from '../core/calendar.ts'
import type { PicoDollars } from '../core/money.ts'
import type { Usage } from '../core/usage.ts'

/** What one model was asked for one request; a request that fell back has several, the last of which is `final`. */
export interface LedgerRow extends Usage {
  /** Unique; begins with `idPrefix` of the time. */
  id: string
  requestId: string
  /** Unix time in milliseconds, and the day of it in the time zone of the books. */
  time: number
  day: Day
  /** Whether it is the request's last: requests are counted by it. */
  final: boolean
  /** Who asked: an id of `Client`, and what people call it; empty where nobody said. */
  client: string
  key: string
  /** The program that asked, by its user agent. */
  program: string
  format: string
  route: string
  modelAsked: string
  model: string
  provider: string
  engine: string
  lane: string
  usageStatus: string
  /** Calls to the provider, and repeated ones. */
  calls: number
  retries: number
  /** Undefined where the price or the usage is unknown. */
  cost?: PicoDollars
  /** Where the price comes from, and the price itself as JSON; empty where there was none. */
  priceSource: string
  price: string
  billing: string
  /** `finished`, `cancelled`, `timeout`, `error` */
  outcome: string
  error: string
  status: number
  /** Milliseconds; undefined where there was none. */
  queued?: number
  firstToken?: number
  duration: number
}

/** What the ids of rows of a Unix time in milliseconds begin with; it sorts as the times do. */
export function idPrefix(time: number): string {
  return Math.max(0, Math.floor(time)).toString(16).padStart(12, '0')
}

/** What sums can be told apart by. */
export const DIMENSIONS = ['day', 'model', 'provider', 'key', 'program', 'billing'] as const
export type Dimension = (typeof DIMENSIONS)[number]

export interface UsageSum extends Usage {
  /** Of the dimensions that were asked for. */
  group: Partial<Record<Dimension, string>>
  requests: number
  failed: number
  /** Of what is known. */
  cost: PicoDollars
  /** Calls of models whose cost is unknown, and is therefore not in the sum. */
  unpriced: number
  /** Calls that may have cost more than is in the sum. */
  partial: number
}

export interface SumQuery {
  /** Both included. */
  from: Day
  to: Day
  by: readonly Dimension[]
  /** Only what has these values. */
  where?: Partial<Record<Dimension, string>>
}

/** What rows can be held to. */
export const ROW_FILTERS = ['model', 'provider', 'key', 'program', 'engine', 'lane', 'billing', 'outcome', 'error', 'requestId'] as const
export type RowFilter = (typeof ROW_FILTERS)[number]

/** How long a request waited for the first piece of its answer. */
export interface FirstToken {
  model: string
  /** Milliseconds. */
  firstToken: number
}

export interface PageQuery {
  limit: number
  /** The id of the last row of the page before. */
  before?: string
  /** Only what has these values. */
  where?: Partial<Record<RowFilter, string>>
  /** Unix time in milliseconds of the oldest and, not included, the newest row. */
  from?: number
  to?: number
}

/** The books. Every method may fail with the database; a failed one has changed nothing. */
export interface LedgerStore {
  /** Writes rows and their sums in one transaction. A row that is there already is left alone, and not counted again. */
  append(rows: readonly LedgerRow[]): Promise<void>
  sum(query: SumQuery): Promise<UsageSum[]>
  /** The newest first. */
  page(query: PageQuery): Promise<LedgerRow[]>
  /** Of the newest rows that have one. */
  firstTokens(query: Omit<PageQuery, 'before'>): Promise<FirstToken[]>
  /** Deletes at most `limit` rows older than a Unix time in milliseconds, whose sums stay; returns how many it were. */
  prune(before: number, limit: number): Promise<number>
}
