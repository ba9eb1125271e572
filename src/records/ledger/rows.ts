import { createHash, randomUUID } from 'node:crypto'
import type { Day } from '../../core/calendar.ts'
import { idPrefix, type LedgerRow } from '../../storage/ledger-store.ts'
import { keyOf } from '../../access/client.ts'
import { costOfAttempt } from '../pricing/answer-cost.ts'
import type { PriceBook } from '../pricing/price-book.ts'
import type { Price } from '../pricing/price.ts'
import type { Attempt, RequestRecord } from '../record.ts'

export interface Bookkeeping {
  prices: PriceBook
  dayOf(time: number): Day
}

/** The rows of a request: one for each model that was asked, and one for a request for an answer that asked none. */
export function toLedgerRows(record: RequestRecord, { prices, dayOf }: Bookkeeping): LedgerRow[] {
  const { requestId, startedAt, client, format = '', route = '', modelAsked = '', outcome, status, times, userAgent } = record
  // What never is a request for an answer has no format; one that asks no model and succeeds is a listing or the like.
  if (record.attempts.length === 0 && (record.format === undefined || outcome.type === 'finished')) return []
  const key = keyOf(client)
  const day = dayOf(startedAt)
  const program = programOf(userAgent)
  const attempts: readonly Attempt[] = record.attempts.length > 0 ? record.attempts : [NOT_ASKED]
  return attempts.map((attempt, index) => {
    const final = index === attempts.length - 1
    const { model, provider, usage, calls, retries } = attempt
    const { cost, price, priceSource, billing } = priced(attempt, prices({ provider, model, format, key }))
    // Member by member, because every request pays for it.
    return {
      id: createId(startedAt),
      requestId,
      time: startedAt,
      day,
      final,
      client: client?.id ?? '',
      key,
      program,
      format,
      route,
      modelAsked,
      model,
      provider,
      engine: attempt.engine ?? '',
      lane: attempt.lane ?? '',
      input: usage.input,
      output: usage.output,
      cachedInput: usage.cachedInput,
      cacheWrites: usage.cacheWrites,
      reasoning: usage.reasoning,
      usageStatus: usage.status,
      calls,
      retries,
      cost,
      price,
      priceSource,
      billing,
      outcome: final ? outcome.type : 'error',
      error: final ? ('code' in outcome ? outcome.code : '') : (attempt.error?.code ?? ''),
      status,
      queued: times.queued,
      firstToken: times.firstToken,
      duration: times.total,
    }
  })
}

const NOTHING = { input: 0, output: 0, cachedInput: 0, cacheWrites: 0, reasoning: 0, status: 'reported' } as const
const NOT_ASKED: Attempt = { model: '', provider: '', calls: 0, retries: 0, usage: NOTHING }

/** The digits after the time tell apart what arrived in one millisecond. */
function createId(time: number): string {
  return idPrefix(time) + randomUUID().replaceAll('-', '').slice(0, 16)
}

type Priced = Pick<LedgerRow, 'cost' | 'price' | 'priceSource' | 'billing'>

function priced(attempt: Attempt, price: Price | undefined): Priced {
  if (attempt.calls === 0) return { cost: 0n, price: '', priceSource: '', billing: '' }
  if (price === undefined) return { price: '', priceSource: '', billing: '' }
  const cost = costOfAttempt(attempt, price)?.total
  return { ...(cost !== undefined && { cost }), price: writePrice(price), priceSource: price.source, billing: price.billing }
}

/** Of prices that a book has kept. */
const written = new WeakMap<Price, string>()

/** As it was on that day: 10⁻¹⁸ USD per token, as decimal texts. */
function writePrice(price: Price): string {
  const { rates, tiers } = price
  const text =
    written.get(price) ??
    JSON.stringify({ rates, ...(tiers.length > 0 && { tiers }) }, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  written.set(price, text)
  return text
}

/** `claude-cli` of `claude-cli/2.0 (external, cli)`. Strangers choose it, so there is a bound to what one of them may say. */
export function programOf(userAgent = ''): string {
  const name = /^[\w.@+-]+(?: [A-Z][\w]+)?(?=\/|$)/.exec(userAgent)?.[0] ?? userAgent.split(/[/ ]/, 1)[0] ?? ''
  if (name.length <= 40) return name
  return `${name.slice(0, 31)}~${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
