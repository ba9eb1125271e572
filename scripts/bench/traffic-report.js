import { renderTable } from './table.js'

/** @param {import('./traffic.js').TrafficResult[]} results */
export function renderTraffic(results) {
  return [
    'As clients come: an agent’s loop, and a burst on a daemon that has just become ready',
    renderTable([
      ['', 'loop p50', 'CPU ms/turn', 'burst, last first token', 'failed'],
      ...results.map(({ title, loopP50, loopCpu, burstLast, burstFailed }) => [
        title,
        `${loopP50.toFixed(1)} ms`,
        (loopCpu * 1000).toFixed(1),
        `${burstLast.toFixed(0)} ms`,
        String(burstFailed),
      ]),
    ]),
  ].join('\n')
}

/** @param {import('./quiet.js').QuietResult[]} results */
export function renderQuiet(results) {
  return [
    'Single requests, each after a quiet minute',
    renderTable([
      ['', 'first token p50', 'beyond the upstream'],
      ...results.map(({ title, p50, beyond }) => [title, `${p50.toFixed(1)} ms`, `${beyond.toFixed(1)} ms`]),
    ]),
  ].join('\n')
}
