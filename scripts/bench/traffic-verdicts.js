/** Of an agent's loop on engine `auto`: its first token against that of `serve`, and CPU seconds a turn. */
const LOOP = { share: 1.3, cpu: 0.2 }
/** Milliseconds from a burst's first request to its last first token. */
const BURST = 3000
/** Milliseconds beyond the upstream's own, of a request after a quiet minute. */
const QUIET = 15

/**
 * @param {import('./traffic.js').TrafficResult[]} results
 * @returns {import('./verdicts.js').Verdict[]} none about contenders that were not asked for
 */
export function judgeTraffic(results) {
  const [auto, serve] = ['bridge-auto', 'bridge-serve'].map((name) => results.find((result) => result.name === name))
  if (!auto) return []
  return [
    {
      criterion: `auto, an agent's loop: first token at most ${LOOP.share} times that of serve, p50`,
      met: serve ? auto.loopP50 <= LOOP.share * serve.loopP50 : null,
      measured: `${auto.loopP50.toFixed(1)} ms against ${serve ? `${serve.loopP50.toFixed(1)} ms` : 'nothing'}`,
    },
    {
      criterion: `auto, an agent's loop: at most ${LOOP.cpu} CPU seconds a turn, with what it does afterwards`,
      met: auto.loopCpu <= LOOP.cpu,
      measured: `${auto.loopCpu.toFixed(3)} s`,
    },
    {
      criterion: `auto, a burst: the last first token after at most ${BURST / 1000} s, and nothing fails`,
      met: auto.burstLast <= BURST && auto.burstFailed === 0,
      measured: `${(auto.burstLast / 1000).toFixed(2)} s, ${auto.burstFailed} failed`,
    },
  ]
}

/**
 * @param {import('./quiet.js').QuietResult[]} results
 * @returns {import('./verdicts.js').Verdict[]} none where `auto` was not asked
 */
export function judgeQuiet(results) {
  return results
    .filter(({ name }) => name === 'bridge-auto')
    .map(({ beyond }) => ({
      criterion: `auto, after a quiet minute: first token at most ${QUIET} ms beyond the upstream's own, p50`,
      met: beyond <= QUIET,
      measured: `${beyond.toFixed(1)} ms`,
    }))
}
