import { renderLoad } from './load-report.js'
import { renderTable } from './table.js'
import { renderQuiet, renderTraffic } from './traffic-report.js'

/**
 * The result of a run for people.
 * @param {object} run
 * @param {import('./machine.js').Machine} run.machine
 * @param {import('./first-token.js').FirstToken} [run.firstToken]
 * @param {import('./load.js').LoadResult[]} [run.load]
 * @param {import('./traffic.js').TrafficResult[]} [run.traffic]
 * @param {import('./quiet.js').QuietResult[]} [run.quiet]
 * @param {import('./load.js').LoadResult[]} [run.extras]
 * @param {import('./verdicts.js').Verdict[]} run.verdicts
 */
export function renderReport({ machine, firstToken, load, traffic, quiet, extras, verdicts }) {
  return `${[
    ...(firstToken ? [renderFirstToken(firstToken), ''] : []),
    ...(load ? [renderLoad(load), ''] : []),
    ...(traffic ? [renderTraffic(traffic), ''] : []),
    ...(quiet ? [renderQuiet(quiet), ''] : []),
    ...(extras ? ['What the bridge does beside answering', renderLoad(extras), ''] : []),
    ...verdicts.map(({ criterion, met, measured }) => `${met === null ? 'open  ' : met ? 'met   ' : 'MISSED'}  ${criterion}: ${measured}`),
    '',
    `opencode ${machine.opencode}, node ${machine.node}, ${machine.platform}, ${machine.cpus} CPUs, load ${machine.load}.`,
    'All times are CPU-bound: on a busy machine they grow, those of cold starts most. Compare figures of one run only.',
  ].join('\n')}\n`
}

/** @param {import('./first-token.js').FirstToken} firstToken */
function renderFirstToken({ n, results, upstreamOwn, delays }) {
  return [
    `Time to first token beyond the upstream's own ${upstreamOwn.toFixed(1)} ms; ${n} rounds, interleaved`,
    delayTable(delays),
    ...(delays.some(({ name }) => name === 'plain') ? [`(plain opencode run prints its text in one piece, at the answer's end)`] : []),
    '',
    'One identical chat of four messages, as it reached the upstream',
    trafficTable(results),
  ].join('\n')
}

/** @param {import('./summary.js').Delay[]} delays */
function delayTable(delays) {
  /** @param {number} value */
  const milliseconds = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
  return renderTable([
    ['', 'p50', 'p95', 'to plain', 'p50 until the upstream has the request'],
    ...delays.map(({ title, p50, p95, reached, toPlain }) => [title, milliseconds(p50), milliseconds(p95), ratio(toPlain), milliseconds(reached)]),
  ])
}

/** @param {import('./measure.js').Result[]} results */
function trafficTable(results) {
  return renderTable([
    ['', 'calls', 'bytes', 'bytes added', 'messages'],
    ...results.map(({ title, traffic: { calls, bodyBytes, addedBytes, unchanged } }) => [
      title,
      String(calls),
      String(bodyBytes),
      String(addedBytes),
      unchanged ? 'as sent' : 'changed',
    ]),
  ])
}

/** @param {number | null} share */
function ratio(share) {
  if (share === null || share <= 0) return '-'
  return share < 0.5 ? `1/${(1 / share).toFixed(1)}` : share.toFixed(2)
}
