const WARM_SHARE = 1 / 15
const ADDED_BYTES = 300
const TOOL_COST = 60
/** Milliseconds beyond the upstream's own. */
const WARM = { p50: 15, p95: 40 }

/**
 * @typedef {object} Verdict
 * @property {string} criterion
 * @property {boolean | null} met null where there is nothing to compare with
 * @property {string} measured
 */

/**
 * What the bridge promises, against what was measured.
 * @param {import('./measure.js').Result[]} results
 * @param {import('./summary.js').Delay[]} delays
 * @returns {Verdict[]} none about contenders that were not asked for
 */
export function judge(results, delays) {
  /** @param {string} name */
  const delay = (name) => delays.find((entry) => entry.name === name)
  const [plain, warm, tool, empty] = ['plain', 'bridge-warm', 'bridge-warm-tool', 'bridge-empty'].map(delay)
  return [
    ...(warm ? [judgeWarm(warm)] : []),
    ...(warm && plain ? [judgeAgainstPlain(`warm: p50 at most 1/${1 / WARM_SHARE} of plain opencode run`, warm, plain, WARM_SHARE)] : []),
    ...(warm && tool ? [judgeTool(warm, tool)] : []),
    ...(empty && plain ? [judgeAgainstPlain('empty pool: p50 no worse than plain opencode run', empty, plain, 1)] : []),
    ...results.filter(({ name }) => name === 'bridge-warm').map(({ traffic }) => judgeTraffic(traffic)),
  ]
}

/** @param {import('./summary.js').Delay} warm */
function judgeWarm({ p50, p95 }) {
  return {
    criterion: `warm: first token at most ${WARM.p50} / ${WARM.p95} ms beyond the upstream's own, p50 / p95`,
    met: p50 <= WARM.p50 && p95 <= WARM.p95,
    measured: `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`,
  }
}

/**
 * @param {string} criterion
 * @param {import('./summary.js').Delay} delay
 * @param {import('./summary.js').Delay} plain
 * @param {number} share
 */
function judgeAgainstPlain(criterion, delay, plain, share) {
  return { criterion, met: delay.p50 <= share * plain.p50, measured: `${delay.p50.toFixed(0)} ms against ${plain.p50.toFixed(0)} ms` }
}

/**
 * @param {import('./summary.js').Delay} warm
 * @param {import('./summary.js').Delay} tool
 */
function judgeTool(warm, tool) {
  return {
    criterion: `warm: one tool costs at most ${TOOL_COST} ms at p50`,
    met: tool.p50 - warm.p50 <= TOOL_COST,
    measured: `${(tool.p50 - warm.p50).toFixed(0)} ms`,
  }
}

/** @param {import('./measure.js').Traffic} traffic */
function judgeTraffic({ calls, addedBytes, unchanged }) {
  return {
    criterion: `one upstream call, messages as sent, body at most ${ADDED_BYTES} bytes larger than they are`,
    met: calls === 1 && unchanged && addedBytes <= ADDED_BYTES,
    measured: `${calls === 1 ? '1 call' : `${calls} calls`}, ${unchanged ? 'unchanged' : 'changed'}, ${addedBytes} bytes added`,
  }
}
