import { median, percentile } from './statistics.js'

/**
 * Milliseconds beyond the upstream's own time.
 * @typedef {object} Delay
 * @property {string} name
 * @property {string} title
 * @property {number} p50
 * @property {number} p95
 * @property {number} reached median of the part until the request arrived at the upstream
 * @property {number | null} toPlain its median as a share of plain `opencode run`'s, where that was asked for
 */

/**
 * @param {import('./measure.js').Result[]} results
 * @returns {{ upstreamOwn: number, delays: Delay[] }} the upstream's own median, and what the contenders add to it
 */
export function summarize(results) {
  /** @param {Pick<import('./measure.js').Result, 'samples'>} result */
  const firstTokens = ({ samples }) => samples.map(({ firstToken }) => firstToken)
  const upstreamOwn = median(firstTokens(results[0] ?? { samples: [] }))
  /** @param {import('./measure.js').Result} result */
  const beyond = (result) => firstTokens(result).map((milliseconds) => milliseconds - upstreamOwn)
  const plain = results.find(({ name }) => name === 'plain')
  return {
    upstreamOwn,
    delays: results.map((result) => ({
      name: result.name,
      title: result.title,
      p50: median(beyond(result)),
      p95: percentile(beyond(result), 0.95),
      reached: median(result.samples.map(({ reached }) => reached)),
      toPlain: plain ? median(beyond(result)) / median(beyond(plain)) : null,
    })),
  }
}
