import { formatCost } from '../../core/money.ts'
import type { UsageFigures, UsageReport } from '../../records/ledger/usage-report.ts'
import { formatDuration, formatTable } from './format.ts'

/** What the table leaves of a terminal's line for bars, at most. Characters. */
const LONGEST_BAR = 24

/**
 * The report for people; with bars where a terminal has room for them. A cost that nobody knows is a dash, and one that
 * is not all of it is marked.
 */
export function renderUsage({ from, to, by, total, data }: UsageReport, columns = 0): string {
  const head = [...by.map((name) => name.toUpperCase()), 'REQUESTS', 'FAILED', 'INPUT', 'CACHED', 'OUTPUT', 'USD']
  const rows = data.map((row) => [...by.map((name) => row[name] || '-'), ...toCells(row)])
  const sum = [...by.map((_, index) => (index === 0 ? 'total' : '')), ...toCells(total)]
  const lines = formatTable([head, ...rows, sum]).split('\n')
  const width = Math.max(...lines.map(({ length }) => length))
  const room = Math.min(LONGEST_BAR, columns - width - 2)
  const most = Math.max(...data.map(weightOf), 0)
  const table = lines.map((line, index) => {
    const row = data[index - 1]
    return row === undefined || room < 4 || most === 0 ? line : `${line.padEnd(width)}  ${'█'.repeat(Math.ceil((weightOf(row) / most) * room))}`
  })
  const period = from === '0000-00-00' ? `until ${to}` : from === to ? from : `${from} to ${to}`
  const missing = [
    ...(total.unpriced > 0 ? [`+ ${total.unpriced} calls whose price or usage nobody knows are not in the sum.`] : []),
    ...(total.unpriced === 0 && !total.cost_complete ? ['+ Answers were cut off; what came of them may have cost more.'] : []),
  ]
  return `${[period, ...table, ...missing].join('\n')}\n`
}

function toCells({ requests, failed, input_tokens, cached_input_tokens, output_tokens, cost, cost_complete }: UsageFigures): string[] {
  const numbers = [requests, failed, input_tokens, cached_input_tokens, output_tokens].map((number) => number.toLocaleString('en'))
  return [...numbers, `${formatCost(cost)}${cost_complete || cost === null ? '' : ' +'}`]
}

/** Bars show money, or tokens where no money is known. */
function weightOf({ cost, input_tokens, output_tokens }: UsageFigures): number {
  return cost === null || Number(cost) === 0 ? (input_tokens + output_tokens) / 1e12 : Number(cost)
}

/** A line for a request of the ledger. */
export function renderEntry(entry: Record<string, string | number | boolean | null>): string {
  const { time, outcome, error, model, key, program, input_tokens, output_tokens, cost, duration_ms } = entry
  const told = outcome === 'finished' ? [] : [error || outcome]
  const counts = [`${input_tokens} in`, `${output_tokens} out`, `$${formatCost(cost as string | null)}`, formatDuration(Number(duration_ms))]
  return `${[time, key || '-', program || '-', model || '-', ...told, ...counts].join('  ')}\n`
}
