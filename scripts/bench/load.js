import { measureCell } from './load-cell.js'
import { countRequests, loadPlans } from './load-plan.js'
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
 * Measures each contender under load while no other is there. Ends all processes of the run between them.
 * @param {object} options
 * @param {string} options.binary
 * @param {number} options.requests
 * @param {AbortSignal} options.signal
 * @param {(message: string) => void} options.say
 * @returns {Promise<LoadResult[]>}
 */
export async function measureLoad({ binary, requests, signal, say }) {
  const results = []
  for (const plan of loadPlans) {
    const { name, title } = plan.contender
    say(`load: ${title}`)
    const result = { name, title, cells: [] }
    results.push(result)
    try {
      await measureContender(plan, { binary, requests, signal }, result.cells)
    } catch (error) {
      signal.throwIfAborted()
      result.failure = error.message
    } finally {
      await stopAll()
    }
  }
  return results
}

async function measureContender(plan, { binary, requests, signal }, cells) {
  const upstream = await startUpstream(signal)
  const contender = await plan.contender.start({ upstreamUrl: upstream.url, binary, signal })
  await contender.settle()
  for (const concurrency of plan.levels) {
    const counts = countRequests(plan, concurrency, requests)
    cells.push(await measureCell({ contender, upstream, concurrency, counts, signal }))
  }
}
