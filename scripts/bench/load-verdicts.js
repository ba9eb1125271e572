const HIGH = 16

const OVER_PEER = 15
const OF_OPENCODEX = 0.8
const REQUESTS_PER_SECOND = 250
const CPU_SECONDS = 0.006
/** Milliseconds beyond the upstream's own. */
const FIRST_TOKEN = { p50: 5, p95: 15 }
const FIRST_TOKEN_SHARE = 1 / 2

/**
 * A cell whose requests were all answered, so that no figure of it is null.
 * @typedef {import('./load-cell.js').LoadCell & { p50: number, p95: number, throughput: number, cpuSeconds: number }} UsableCell
 */

/**
 * What engine `serve` promises, alone and against others that are resident.
 * @param {import('./load.js').LoadResult[]} results
 * @returns {import('./verdicts.js').Verdict[]} none about contenders that were not asked for
 */
export function judgeLoad(results) {
  const serve = results.find(({ name }) => name === 'bridge-serve')
  if (!serve) return []
  const [direct, peer, opencodex] = ['direct', 'peer', 'opencodex'].map((name) => results.find((result) => result.name === name))
  return [
    judgeFirstToken(serve, direct),
    judgeThroughput(serve),
    ...judgeAgainst(serve, peer, HIGH, {
      criterion: `at least ${OVER_PEER} x the requests per second of`,
      figure: ({ throughput }) => throughput,
      unit: '/s',
      met: (own, other) => own >= OVER_PEER * other,
    }),
    ...judgeAgainst(serve, opencodex, HIGH, {
      criterion: `at least ${OF_OPENCODEX} x the requests per second of`,
      figure: ({ throughput }) => throughput,
      unit: '/s',
      met: (own, other) => own >= OF_OPENCODEX * other,
    }),
    judgeCpu(serve),
    ...judgeAgainst(serve, peer, HIGH, {
      criterion: 'p95 to the first token at most half that of',
      figure: ({ p95 }) => p95,
      unit: ' ms',
      met: (own, other) => own <= FIRST_TOKEN_SHARE * other,
    }),
    ...judgeAgainst(serve, peer, 1, {
      criterion: 'p50 to the first token at most that of',
      figure: ({ p50 }) => p50,
      unit: ' ms',
      met: (own, other) => own <= other,
    }),
  ]
}

/**
 * @param {import('./load.js').LoadResult} serve
 * @param {import('./load.js').LoadResult | undefined} direct
 * @returns {import('./verdicts.js').Verdict}
 */
function judgeFirstToken(serve, direct) {
  const criterion = `serve at 1: first token at most ${FIRST_TOKEN.p50} / ${FIRST_TOKEN.p95} ms beyond the upstream's own, p50 / p95`
  const [own, upstream] = [serve, direct].map((result) => usableCells(result, 1)[0])
  if (!own || !upstream) return unanswered(criterion)
  const [p50, p95] = [own.p50 - upstream.p50, own.p95 - upstream.p50]
  return { criterion, met: p50 <= FIRST_TOKEN.p50 && p95 <= FIRST_TOKEN.p95, measured: `${p50.toFixed(1)} / ${p95.toFixed(1)} ms` }
}

/**
 * @param {import('./load.js').LoadResult} serve
 * @returns {import('./verdicts.js').Verdict}
 */
function judgeThroughput(serve) {
  const criterion = `serve at ${HIGH}: at least ${REQUESTS_PER_SECOND} requests per second`
  const [cell] = usableCells(serve, HIGH)
  if (!cell) return unanswered(criterion)
  return { criterion, met: cell.throughput >= REQUESTS_PER_SECOND, measured: `${cell.throughput.toFixed(1)}/s` }
}

/**
 * At every pace of the upstream.
 * @param {import('./load.js').LoadResult} serve
 * @returns {import('./verdicts.js').Verdict}
 */
function judgeCpu(serve) {
  const criterion = `serve at ${HIGH}: at most ${CPU_SECONDS * 1000} ms of CPU per request, daemon and opencode together`
  const cells = usableCells(serve, HIGH)
  if (cells.length === 0) return unanswered(criterion)
  return {
    criterion,
    met: cells.every(({ cpuSeconds }) => cpuSeconds <= CPU_SECONDS),
    measured: cells.map(({ cpuSeconds, tokenDelay }) => `${(cpuSeconds * 1000).toFixed(1)} ms with tokens ${tokenDelay} ms apart`).join(', '),
  }
}

/**
 * None when the other was not asked for; not comparable when it was and did not answer.
 * @param {import('./load.js').LoadResult} serve
 * @param {import('./load.js').LoadResult | undefined} other
 * @param {number} level
 * @param {{ criterion: string, figure: (cell: UsableCell) => number, unit: string, met: (own: number, other: number) => boolean }} promise
 * @returns {import('./verdicts.js').Verdict[]}
 */
function judgeAgainst(serve, other, level, { criterion, figure, unit, met }) {
  if (!other) return []
  const what = `serve at ${level}: ${criterion} ${other.title}`
  const [own] = usableCells(serve, level)
  const [theirs] = usableCells(other, level)
  if (!own) return [unanswered(what)]
  if (!theirs) return [{ criterion: what, met: null, measured: 'it did not answer all requests' }]
  /** @param {UsableCell} cell */
  const show = (cell) => `${figure(cell).toFixed(1)}${unit}`
  return [{ criterion: what, met: met(figure(own), figure(theirs)), measured: `${show(own)} against ${show(theirs)}` }]
}

/**
 * In the order in which they were measured. One with failures has no figure to compare: it did less work than was asked.
 * @param {import('./load.js').LoadResult | undefined} result
 * @param {number} level
 * @returns {UsableCell[]}
 */
function usableCells(result, level) {
  const cells = result?.cells.filter(({ concurrency, failed }) => concurrency === level && failed === 0) ?? []
  return /** @type {UsableCell[]} */ (cells)
}

/**
 * @param {string} criterion
 * @returns {import('./verdicts.js').Verdict}
 */
function unanswered(criterion) {
  return { criterion, met: false, measured: 'not all requests were answered' }
}
