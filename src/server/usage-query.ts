import type { Day } from '../core/calendar.ts'
import { BridgeError } from '../core/errors.ts'
import { DIMENSIONS, type Dimension, type PageQuery, ROW_FILTERS, type SumQuery } from '../storage/ledger-store.ts'

/**
 * Reads `period=today|month|all`, or `since` and `until`, days; `by` names dimensions, each of which may also be held to
 * a value.
 * @throws BridgeError 400
 */
export function readSumQuery(query: URLSearchParams, dayOf: (time: number) => Day): SumQuery {
  const today = dayOf(Date.now())
  const period = query.get('period') ?? (query.has('since') ? 'all' : 'month')
  const from = PERIODS[period]?.(today)
  if (from === undefined) throw invalid('period', 'today, month or all')
  const by = (query.get('by') ?? '').split(',').filter((name) => name !== '')
  if (!by.every(isDimension)) throw invalid('by', DIMENSIONS.join(', '))
  return {
    from: readDay(query, 'since') ?? from,
    to: readDay(query, 'until') ?? today,
    by: [...new Set(by)],
    where: Object.fromEntries(DIMENSIONS.flatMap((name) => (query.has(name) ? [[name, query.get(name)!]] : []))),
  }
}

const PERIODS: Record<string, (today: Day) => Day> = { today: (day) => day, month: (day) => `${day.slice(0, 7)}-01`, all: () => '0000-00-00' }

function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name)
}

function readDay(query: URLSearchParams, name: string): Day | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) throw invalid(name, 'a day such as 2026-11-28')
  return value
}

/** Of rows: ISO times or Unix times in milliseconds. @throws BridgeError 400 */
export function readTimes(query: URLSearchParams): Pick<PageQuery, 'from' | 'to'> {
  const [from, to] = ['from', 'to'].map((name) => {
    const value = query.get(name)
    if (value === null) return undefined
    const time = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
    if (Number.isNaN(time)) throw invalid(name, 'a time such as 2026-11-28T12:00:00Z')
    return time
  })
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** Of rows: `model=`, `outcome=`, `request_id=` and the like. */
export function readFilters(query: URLSearchParams): NonNullable<PageQuery['where']> {
  const named = ROW_FILTERS.map((filter) => [filter, filter === 'requestId' ? 'request_id' : filter] as const)
  return Object.fromEntries(named.flatMap(([filter, name]) => (query.get(name) ? [[filter, query.get(name)!]] : [])))
}

/** @throws BridgeError 400 */
export function readNumber(query: URLSearchParams, name: string, { least, most }: { least: number; most: number }): number | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  const number = Number(value)
  if (!Number.isInteger(number) || number < least || number > most) throw invalid(name, `a number from ${least} to ${most}`)
  return number
}

export function invalid(param: string, allowed: string): BridgeError {
  return new BridgeError(`Invalid ${param}: it has to be ${allowed}.`, { code: 'invalid_value', status: 400, param })
}
