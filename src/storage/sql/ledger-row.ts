import type { LedgerRow } from '../ledger-store.ts'
import type { LedgerTable } from './tables.ts'

/** As the migrations have made them. */
export const LEDGER_COLUMNS: Record<keyof LedgerTable, 'text' | 'bigint'> = {
  id: 'text',
  request_id: 'text',
  time: 'bigint',
  day: 'text',
  final: 'bigint',
  client: 'text',
  key: 'text',
  program: 'text',
  format: 'text',
  route: 'text',
  model_asked: 'text',
  model: 'text',
  provider: 'text',
  engine: 'text',
  lane: 'text',
  usage_status: 'text',
  calls: 'bigint',
  retries: 'bigint',
  input: 'bigint',
  cached_input: 'bigint',
  cache_writes: 'bigint',
  output: 'bigint',
  reasoning: 'bigint',
  cost: 'bigint',
  price_source: 'text',
  price: 'text',
  billing: 'text',
  outcome: 'text',
  error: 'text',
  status: 'bigint',
  queued: 'bigint',
  first_token: 'bigint',
  duration: 'bigint',
}

/** Characters; names of models are strangers' words. */
const LONGEST_TEXT = 2_000

/** As every database takes it: whole numbers, and texts without what PostgreSQL refuses. One that is refused would keep all others out. */
export function storable(row: LedgerRow): LedgerRow {
  let mended: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(row)) {
    const stored =
      typeof value === 'string' ? toText(value) : typeof value === 'bigint' && value > HIGHEST_COST ? HIGHEST_COST : COUNTS.has(name) ? toCount(value) : value
    if (stored !== value) mended = { ...(mended ?? row), [name]: stored }
  }
  return (mended ?? row) as LedgerRow
}

/** A million dollars: sums of a few that make no sense still fit into 64 bits. */
const HIGHEST_COST = 10n ** 18n

const COUNTS: ReadonlySet<string> = new Set(['time', 'calls', 'retries', 'input', 'output', 'cachedInput', 'cacheWrites', 'reasoning', 'status'])

function toText(value: string): string {
  if (!/[\0\ud800-\udfff]/.test(value) && value.length <= LONGEST_TEXT) return value
  return value
    .slice(0, LONGEST_TEXT)
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
}

function toCount(value: unknown): number {
  return Math.min(Math.max(0, Math.round(Number(value) || 0)), Number.MAX_SAFE_INTEGER)
}

/** A row as JSON has it, where a whole number may be a text. Member by member, because every request pays for it. */
export function toRow(row: LedgerRow): { [name in keyof LedgerTable]: string | number | null } {
  return {
    id: row.id,
    request_id: row.requestId,
    time: row.time,
    day: row.day,
    final: row.final ? 1 : 0,
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
    usage_status: row.usageStatus,
    calls: row.calls,
    retries: row.retries,
    input: row.input,
    cached_input: row.cachedInput,
    cache_writes: row.cacheWrites,
    output: row.output,
    reasoning: row.reasoning,
    cost: row.cost === undefined ? null : String(row.cost),
    price_source: row.priceSource,
    price: row.price,
    billing: row.billing,
    outcome: row.outcome,
    error: row.error,
    status: row.status,
    queued: toMicroseconds(row.queued),
    first_token: toMicroseconds(row.firstToken),
    duration: Math.round(row.duration * 1000),
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

function toMicroseconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds * 1000)
}
