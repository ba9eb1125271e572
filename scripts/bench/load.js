import { measureTurn, summarize, warmUp } from './load-cell.js'
import { planLevel } from './load-plan.js'
import { stopAll } from './processes.js'
import { startUpstream } from './upstream.js'

/**
 * @typedef {object} LoadResult
 * @property {string} name
 * @property {string} title
 * @property {import('./load-cell.js').LoadCell[]} cells
 * @property {string} [failure] why it could not be measured, or not to the end
 *
 * @typedef {{ module: import('./contenders/index.js').ContenderModule, result: LoadResult }} Entry
 */

/**
 * Measures each contender under load while no other is asked. Ends all processes of the run between the levels.
 * @param {object} options
 * @param {string} options.binary
 * @param {number} options.requests
 * @param {import('./load-plan.js').LoadGroup[]} options.groups
 * @param {AbortSignal} options.signal
 * @param {(message: string) => void} options.say
 * @returns {Promise<LoadResult[]>}
 */
export async function measureLoad({ binary, requests, groups, signal, say }) {
  /** @type {LoadResult[]} */
  const results = []
  for (const group of groups) {
    /** @type {Entry[]} */
    const entries = group.contenders.map((module) => ({ module, result: { name: module.name, title: module.title, cells: [] } }))
    results.push(...entries.map(({ result }) => result))
    for (const level of group.levels) {
      const able = entries.filter(({ result }) => result.failure === undefined)
      if (able.length === 0) break
      say(`load: ${able.map(({ result }) => result.title).join(', ')}; ${level.concurrency} at a time, tokens ${level.tokenDelay} ms apart`)
      try {
        await measureLevel(able, { ...planLevel(group, level.concurrency, requests), level, binary, signal, say })
      } finally {
        await stopAll()
      }
    }
  }
  return results
}

/**
 * Adds a cell to the result of each entry, or the reason why there is none.
 * @param {Entry[]} entries
 * @param {ReturnType<typeof planLevel> & { level: import('./load-plan.js').Level, binary: string, signal: AbortSignal, say: (message: string) => void }} plan
 */
async function measureLevel(entries, { warmUp: warming, turns, perTurn, seconds, level, binary, signal, say }) {
  const upstream = await startUpstream(signal)
  await upstream.setPace(level.tokenDelay)
  /** @type {{ result: LoadResult, contender: import('./contenders/index.js').Contender, turns: import('./load-cell.js').Turn[] }[]} */
  const running = []
  for (const { module, result } of entries) {
    await attempt(result, { signal, say }, async () => {
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
      await attempt(result, { signal, say }, async () => {
        done.push(await measureTurn({ contender, others, upstream, concurrency: level.concurrency, count: perTurn, seconds, signal }))
      })
    }
  }
  for (const { result, turns: done } of running) if (done.length === turns) result.cells.push(summarize(level, done))
}

/**
 * A contender that fails, as one that cannot be installed, is left out from then on.
 * @param {LoadResult} result
 * @param {{ signal: AbortSignal, say: (message: string) => void }} options
 * @param {() => Promise<void>} task
 */
async function attempt(result, { signal, say }, task) {
  try {
    await task()
  } catch (error) {
    signal.throwIfAborted()
    result.failure = error.message
    say(`${result.title} is left out: ${error.message}`)
  }
}
