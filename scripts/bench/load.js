import { measureTurn, summarize, warmUp } from './load-cell.js'
import { loadGroups, planLevel } from './load-plan.js'
import { stopAll } from './processes.js'
import { startUpstream } from './upstream.js'

/**
 * @typedef {object} LoadResult
 * @property {string} name
 * @property {string} title
 * @property {import('./load-cell.js').LoadCell[]} cells
 * @property {string} [failure] why it could not be measured, or not to the end
 */

/**
 * Measures each contender under load while no other is asked. Ends all processes of the run between the levels.
 * @param {object} options
 * @param {string} options.binary
 * @param {number} options.requests
 * @param {AbortSignal} options.signal
 * @param {(message: string) => void} options.say
 * @returns {Promise<LoadResult[]>}
 */
export async function measureLoad({ binary, requests, signal, say }) {
  const results = []
  for (const group of loadGroups) {
    const entries = group.contenders.map((module) => ({ module, result: { name: module.name, title: module.title, cells: [] } }))
    results.push(...entries.map(({ result }) => result))
    for (const concurrency of group.levels) {
      const able = entries.filter(({ result }) => result.failure === undefined)
      if (able.length === 0) break
      say(`load: ${able.map(({ result }) => result.title).join(' and ')}, ${concurrency} at a time`)
      try {
        await measureLevel(able, { ...planLevel(group, concurrency, requests), concurrency, binary, signal })
      } finally {
        await stopAll()
      }
    }
  }
  return results
}

/** Adds a cell to the result of each entry, or the reason why there is none. */
async function measureLevel(entries, { warmUp: warming, turns, perTurn, concurrency, binary, signal }) {
  const upstream = await startUpstream(signal)
  const running = []
  for (const { module, result } of entries) {
    await attempt(result, signal, async () => {
      const contender = await module.start({ upstreamUrl: upstream.url, binary, signal })
      running.push({ result, contender, turns: [] })
      await contender.settle()
      await warmUp(contender, warming, signal)
    })
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const { result, contender, turns: done } of turn % 2 === 0 ? running : running.toReversed()) {
      if (result.failure !== undefined) continue
      const others = running.flatMap((other) => (other.contender === contender ? [] : [other.contender.pid]))
      await attempt(result, signal, async () => {
        done.push(await measureTurn({ contender, others, upstream, concurrency, count: perTurn, signal }))
      })
    }
  }
  for (const { result, turns: done } of running) if (done.length === turns) result.cells.push(summarize(concurrency, done))
}

async function attempt(result, signal, task) {
  try {
    await task()
  } catch (error) {
    signal.throwIfAborted()
    result.failure = error.message
  }
}
