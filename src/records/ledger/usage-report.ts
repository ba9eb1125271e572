import type { Day } from '../../core/calendar.ts'
import { formatDecimal } from '../../core/money.ts'
import type { Dimension, LedgerRow, SumQuery, UsageSum } from '../../storage/ledger-store.ts'

/** What was used and what it cost. Costs are in USD, as exact decimal numbers in texts. */
export interface UsageReport {
  object: 'usage'
  /** Both included. */
  from: Day
  to: Day
  by: readonly Dimension[]
  total: UsageFigures
  /** By cost, the highest first; days in their order. */
  data: (Partial<Record<Dimension, string>> & UsageFigures)[]
}

export interface UsageFigures {
  requests: number
  failed: number
  /** `input_tokens` includes what was read from and written to caches, `output_tokens` reasoning. */
  input_tokens: number
  cached_input_tokens: number
  cache_write_tokens: number
  output_tokens: number
  reasoning_tokens: number
  /** Null where the cost of nothing is known. */
  cost: string | null
  /** Whether it is all: no cost is unknown, and no answer was cut off whose end might have cost more. */
  cost_complete: boolean
  /** Calls whose cost is not in the sum because nobody knows it. */
  unpriced: number
}

export function toReport({ from, to, by }: SumQuery, total: UsageSum, sums: readonly UsageSum[]): UsageReport {
  const byDay = by.includes('day')
  const sorted = sums.toSorted(
    (one, other) => (byDay ? compare(one.group.day!, other.group.day!) : 0) || compare(other.cost, one.cost) || other.input - one.input,
  )
  return { object: 'usage', from, to, by, total: toFigures(total), data: sorted.map((sum) => ({ ...sum.group, ...toFigures(sum) })) }
}

function toFigures({ requests, failed, input, cachedInput, cacheWrites, output, reasoning, cost, unpriced, partial }: UsageSum): UsageFigures {
  return {
    requests,
    failed,
    input_tokens: input,
    cached_input_tokens: cachedInput,
    cache_write_tokens: cacheWrites,
    output_tokens: output,
    reasoning_tokens: reasoning,
    cost: cost === 0n && unpriced > 0 ? null : formatDecimal(cost),
    cost_complete: unpriced === 0 && partial === 0,
    unpriced,
  }
}

function compare<T extends string | bigint>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** One row of the ledger, for clients. */
export function toEntry(row: LedgerRow): Record<string, string | number | boolean | null> {
  return {
    id: row.id,
    time: new Date(row.time).toISOString(),
    request_id: row.requestId,
    final: row.final,
    client: row.client,
    key: row.key,
    program: row.program,
    format: row.format,
    route: row.route,
    model_asked: row.modelAsked,
    model: row.model,
    provider: row.provider,
    engine: row.engine,
    lane: row.lane,
    calls: row.calls,
    retries: row.retries,
    input_tokens: row.input,
    cached_input_tokens: row.cachedInput,
    cache_write_tokens: row.cacheWrites,
    output_tokens: row.output,
    reasoning_tokens: row.reasoning,
    usage_status: row.usageStatus,
    cost: row.cost === undefined ? null : formatDecimal(row.cost),
    billing: row.billing,
    price_source: row.priceSource,
    outcome: row.outcome,
    error: row.error,
    status: row.status,
    queued_ms: row.queued ?? null,
    first_token_ms: row.firstToken ?? null,
    duration_ms: row.duration,
  }
}
