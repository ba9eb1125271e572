/** Milliseconds that the ledger may add to the first token at p50. */
const LEDGER = 2

/** What the first token at p50 may grow by while many look on. */
const WATCHED = 1.05

/**
 * @param {import('./load.js').LoadResult[]} results
 * @returns {import('./verdicts.js').Verdict[]} none about contenders that were not asked for
 */
export function judgeExtras(results) {
  /** @param {string} name */
  const cells = (name) => results.find((result) => result.name === name)?.cells ?? []
  const own = cells('bridge-serve')
  return [
    ...compare(own, cells('bridge-no-ledger'), {
      criterion: `the ledger: first token at most ${LEDGER} ms later than without, p50`,
      met: (withIt, without) => withIt - without <= LEDGER,
    }),
    ...compare(cells('bridge-watched'), own, {
      criterion: `open dashboards: first token at most ${((WATCHED - 1) * 100).toFixed(0)} % later than without, p50`,
      met: (withThem, without) => withThem <= WATCHED * without,
    }),
  ]
}

/**
 * One verdict for each level at which both answered everything.
 * @param {import('./load-cell.js').LoadCell[]} own
 * @param {import('./load-cell.js').LoadCell[]} others
 * @param {{ criterion: string, met: (own: number, other: number) => boolean }} promise
 * @returns {import('./verdicts.js').Verdict[]}
 */
function compare(own, others, { criterion, met }) {
  return own.flatMap((cell) => {
    const other = others.find(({ concurrency, tokenDelay }) => concurrency === cell.concurrency && tokenDelay === cell.tokenDelay)
    if (cell.p50 === null || !other || other.p50 === null || cell.failed + other.failed > 0) return []
    const measured = `${cell.p50.toFixed(1)} ms against ${other.p50.toFixed(1)} ms`
    return [{ criterion: `${criterion}, at ${cell.concurrency}`, met: met(cell.p50, other.p50), measured }]
  })
}
