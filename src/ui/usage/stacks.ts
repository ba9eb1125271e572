import { amountOf, type Measure, type UsageReport } from './report.ts'

/** Models that are told apart; the rest is one more. */
const MOST = 5

export interface Stacks {
  /** Every one from the first to the last. */
  days: string[]
  /** From the bottom to the top of each bar. */
  layers: { name: string; values: number[] }[]
}

/** What each model had of each day. */
export function stackDays(report: UsageReport, measure: Measure): Stacks {
  const rows = report.data.filter(({ day }) => day !== undefined)
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(row.model ?? '', (sums.get(row.model ?? '') ?? 0) + amountOf(row, measure))
  const named = [...sums].sort(([, one], [, other]) => other - one).map(([name]) => name)
  const shown = named.slice(0, MOST)
  const days = daysBetween(rows.map(({ day }) => day!).sort())
  const indexes = new Map(days.map((day, index) => [day, index]))
  const layers = [...shown, ...(named.length > MOST ? ['others'] : [])].map((name) => ({ name, values: days.map(() => 0) }))
  for (const row of rows) {
    const at = shown.indexOf(row.model ?? '')
    const layer = layers[at < 0 ? layers.length - 1 : at]!
    layer.values[indexes.get(row.day!)!]! += amountOf(row, measure)
  }
  return { days, layers }
}

/** With those in between on which nobody asked anything, and a few before a single one: one bar is no chart. */
function daysBetween(sorted: readonly string[]): string[] {
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return []
  const end = Date.parse(`${last}T00:00:00Z`)
  const start = Math.min(Date.parse(`${first}T00:00:00Z`), end - 13 * DAY)
  return Array.from({ length: Math.round((end - start) / DAY) + 1 }, (_, index) => new Date(start + index * DAY).toISOString().slice(0, 10))
}

const DAY = 24 * 60 * 60_000
