const WARM_SHARE = 1 / 15
const ADDED_BYTES = 300
const TOOL_COST = 60

/**
 * @typedef {object} Verdict
 * @property {string} criterion
 * @property {boolean} met
 * @property {string} measured
 */

/**
 * What the bridge promises, against what was measured.
 * @param {import('./measure.js').Result[]} results
 * @param {import('./summary.js').Delay[]} delays
 * @returns {Verdict[]}
 */
export function judge(results, delays) {
  const delay = (name) => delays.find((entry) => entry.name === name)
  const [plain, warm, tool, empty] = ['plain', 'bridge-warm', 'bridge-warm-tool', 'bridge-empty'].map(delay)
  const { calls, addedBytes, unchanged } = results.find(({ name }) => name === 'bridge-warm').traffic
  const against = ({ p50 }) => `${p50.toFixed(0)} ms against ${plain.p50.toFixed(0)} ms`
  return [
    { criterion: 'warm: p50 at most 1/15 of plain opencode run', met: warm.toPlain <= WARM_SHARE, measured: against(warm) },
    {
      criterion: `warm: one tool costs at most ${TOOL_COST} ms at p50`,
      met: tool.p50 - warm.p50 <= TOOL_COST,
      measured: `${(tool.p50 - warm.p50).toFixed(0)} ms`,
    },
    { criterion: 'empty pool: p50 no worse than plain opencode run', met: empty.toPlain <= 1, measured: against(empty) },
    {
      criterion: `one upstream call, messages as sent, body at most ${ADDED_BYTES} bytes larger than they are`,
      met: calls === 1 && unchanged && addedBytes <= ADDED_BYTES,
      measured: `${calls === 1 ? '1 call' : `${calls} calls`}, ${unchanged ? 'unchanged' : 'changed'}, ${addedBytes} bytes added`,
    },
  ]
}
