const HIGH = 16
const THROUGHPUT_RATIO = 2
const FIRST_TOKEN_SHARE = 1 / 2

/**
 * What engine `serve` promises against the peer.
 * @param {import('./load.js').LoadResult[]} results
 * @returns {import('./verdicts.js').Verdict[]}
 */
export function judgeLoad(results) {
  const cell = (name, level) => results.find((result) => result.name === name).cells.find(({ concurrency }) => concurrency === level)
  return [
    compare(`serve at ${HIGH}: at least ${THROUGHPUT_RATIO} x the peer's requests per second`, {
      serve: cell('bridge-serve', HIGH),
      peer: cell('peer', HIGH),
      figure: ({ throughput }) => throughput,
      unit: '/s',
      met: (serve, peer) => serve >= THROUGHPUT_RATIO * peer,
    }),
    compare(`serve at ${HIGH}: p95 to the first token at most half the peer's`, {
      serve: cell('bridge-serve', HIGH),
      peer: cell('peer', HIGH),
      figure: ({ p95 }) => p95,
      unit: ' ms',
      met: (serve, peer) => serve <= FIRST_TOKEN_SHARE * peer,
    }),
    compare("serve at 1: p50 to the first token at most the peer's", {
      serve: cell('bridge-serve', 1),
      peer: cell('peer', 1),
      figure: ({ p50 }) => p50,
      unit: ' ms',
      met: (serve, peer) => serve <= peer,
    }),
  ]
}

/** A contender with failures has no figure to compare: it did less work than was asked. */
function compare(criterion, { serve, peer, figure, unit, met }) {
  const unusable = (cell) => !cell || cell.failed > 0
  if (unusable(serve)) return { criterion, met: false, measured: 'engine serve did not answer all requests' }
  if (unusable(peer)) return { criterion, met: false, measured: 'not comparable, the peer did not answer all requests' }
  const show = (cell) => `${figure(cell).toFixed(1)}${unit}`
  return { criterion, met: met(figure(serve), figure(peer)), measured: `${show(serve)} against ${show(peer)}` }
}
