import type { LedgerRow } from '../ledger-store.ts'
import type { LedgerTable, Whole } from './tables.ts'

export function toRow(row: LedgerRow): LedgerTable {
  const { requestId, modelAsked, usageStatus, cachedInput, cacheWrites, priceSource, firstToken, queued, duration, final, cost, ...same } = row
  return {
    ...same,
    request_id: requestId,
    model_asked: modelAsked,
    usage_status: usageStatus,
    cached_input: cachedInput,
    cache_writes: cacheWrites,
    price_source: priceSource,
    final: final ? 1 : 0,
    cost: cost ?? null,
    queued: toMicroseconds(queued),
    first_token: toMicroseconds(firstToken),
    duration: Math.round(duration * 1000),
  }
}

export function fromRow(row: LedgerTable): LedgerRow {
  const { request_id, model_asked, usage_status, cached_input, cache_writes, price_source, first_token, queued, duration, final, cost, ...same } = row
  return {
    ...same,
    time: Number(same.time),
    calls: Number(same.calls),
    retries: Number(same.retries),
    input: Number(same.input),
    output: Number(same.output),
    reasoning: Number(same.reasoning),
    status: Number(same.status),
    requestId: request_id,
    modelAsked: model_asked,
    usageStatus: usage_status,
    cachedInput: Number(cached_input),
    cacheWrites: Number(cache_writes),
    priceSource: price_source,
    final: Number(final) === 1,
    ...(cost !== null && { cost: BigInt(cost) }),
    ...(queued !== null && { queued: Number(queued) / 1000 }),
    ...(first_token !== null && { firstToken: Number(first_token) / 1000 }),
    duration: Number(duration) / 1000,
  }
}

function toMicroseconds(milliseconds: number | undefined): Whole | null {
  return milliseconds === undefined ? null : Math.round(milliseconds * 1000)
}
