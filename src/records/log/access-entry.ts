import { keyOf } from '../../access/client.ts'
import { formatDecimal } from '../../core/money.ts'
import { answerCost } from '../pricing/answer-cost.ts'
import type { PriceBook } from '../pricing/price-book.ts'
import type { RequestRecord } from '../record.ts'

/** USD as an exact decimal number in a text; null where nobody knows, undefined where no model was asked. */
export function costText({ attempts, client, format }: RequestRecord, prices: PriceBook): string | null | undefined {
  if (attempts.every(({ calls }) => calls === 0)) return undefined
  const cost = answerCost(prices, attempts, { ...(format !== undefined && { format }), key: keyOf(client) })
  return cost === undefined ? null : formatDecimal(cost.total)
}

/** A request for programs that read logs, by the names that the rows of the ledger have; what it does not have is left out. */
export function accessEntry(record: RequestRecord, prices: PriceBook): Record<string, unknown> {
  const { attempts, client, outcome, times, usage } = record
  const before = attempts.slice(0, -1).map(({ model, error }) => ({ model, ...(error && { status: error.status, error: error.code }) }))
  return {
    request_id: record.requestId,
    ...(record.trace && { trace_id: record.trace.traceId }),
    method: record.method,
    path: record.path,
    route: record.route,
    status: record.status,
    outcome: outcome.type,
    ...('code' in outcome && { error: outcome.code }),
    ...(client && { client: client.id, key: keyOf(client) }),
    user_agent: record.userAgent,
    format: record.format,
    ...(attempts.length > 0 && { streamed: record.streamed }),
    model_asked: record.modelAsked,
    model: record.model,
    provider: record.provider,
    engine: record.engine,
    lane: record.lane,
    redacted: record.redacted,
    ...(before.length > 0 && { before }),
    ...(attempts.length > 0 && {
      calls: attempts.reduce((sum, { calls }) => sum + calls, 0),
      retries: attempts.reduce((sum, { retries }) => sum + retries, 0),
      input_tokens: usage.input,
      cached_input_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrites,
      output_tokens: usage.output,
      reasoning_tokens: usage.reasoning,
      usage_status: usage.status,
    }),
    cost: costText(record, prices),
    queued_ms: times.queued,
    first_token_ms: times.firstToken,
    duration_ms: times.total,
  }
}
