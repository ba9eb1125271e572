import { renderTable } from './table.js'

const HEAD = [
  '',
  'at a time',
  'tokens apart',
  'requests',
  'failed',
  'first token p50',
  'p95',
  'requests/s',
  'CPU ms/request',
  'peak memory',
  'calls/request',
  'streams',
]

/** @param {import('./load.js').LoadResult[]} results */
export function renderLoad(results) {
  return [
    'Under load, one contender at a time; CPU and memory are those of its processes',
    renderTable([HEAD, ...results.flatMap(rows)]),
    ...results.flatMap(failures),
  ].join('\n')
}

/** @param {import('./load.js').LoadResult} result */
function rows({ title, cells, failure }) {
  const measured = cells.map((cell) => row(title, cell))
  return failure ? [...measured, [title, 'did not run', ...HEAD.slice(2).map(() => '-')]] : measured
}

/**
 * @param {string} title
 * @param {import('./load-cell.js').LoadCell} cell
 */
function row(title, { concurrency, tokenDelay, requests, failed, p50, p95, throughput, cpuSeconds, peakMemory, upstreamCalls, streams }) {
  /** @type {(value: number | null, digits: number, unit?: string) => string} */
  const format = (value, digits, unit = '') => (value === null ? '-' : `${value.toFixed(digits)}${unit}`)
  // The upstream alone has no processes of its own.
  /** @type {<T>(value: T, text: (value: T) => string) => string} */
  const cost = (value, text) => (peakMemory === 0 ? '-' : text(value))
  return [
    title,
    String(concurrency),
    `${tokenDelay} ms`,
    String(requests),
    String(failed),
    format(p50, 1, ' ms'),
    format(p95, 1, ' ms'),
    format(throughput, (throughput ?? 0) < 10 ? 2 : 1),
    cost(cpuSeconds, (value) => (value === null ? '-' : format(value * 1000, value < 0.1 ? 2 : 0))),
    cost(peakMemory, (value) => format(value / 2 ** 20, 0, ' MiB')),
    format(upstreamCalls, 1),
    streams === null ? '-' : streams ? 'yes' : 'in one piece',
  ]
}

/** @param {import('./load.js').LoadResult} result */
function failures({ title, cells, failure }) {
  const notes = cells
    .filter(({ failed }) => failed > 0)
    .map((cell) => `${title}, ${cell.concurrency} at a time, tokens ${cell.tokenDelay} ms apart: ${cell.failure}`)
  return failure ? [...notes, `${title}: ${failure}`] : notes
}
