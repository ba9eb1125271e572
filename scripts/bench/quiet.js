import { setTimeout as sleep } from 'node:timers/promises'
import { TOKEN_DELAY } from './chat.js'
import * as bridgeAuto from './contenders/bridge-auto.js'
import * as direct from './contenders/direct.js'
import { stopAll } from './processes.js'
import { median } from './statistics.js'
import { timeChat } from './time-chat.js'
import { startUpstream } from './upstream.js'

/** So many single requests to each, with so many milliseconds of quiet before: after another's, the machine would be warm. */
const REQUESTS = 3
const QUIET = 60_000

const modules = [direct, bridgeAuto]

/** The names of those that can be measured. */
export const quietNames = modules.map(({ name }) => name)

/**
 * @typedef {object} QuietResult
 * @property {string} name
 * @property {string} title
 * @property {number} p50 milliseconds to the first token
 * @property {number} beyond those that are not the upstream's
 */

/**
 * @param {{ binary: string, only?: string[], signal: AbortSignal, say: (message: string) => void }} options
 * @returns {Promise<QuietResult[]>}
 */
export async function measureQuiet({ binary, only, signal, say }) {
  const chosen = modules.filter((module) => module === direct || only === undefined || only.includes(module.name))
  say(`quiet: ${chosen.map(({ title }) => title).join(', ')}; ${REQUESTS} single requests each, a minute apart`)
  try {
    const upstream = await startUpstream(signal)
    await upstream.setPace(TOKEN_DELAY)
    /** @type {{ name: string, title: string, contender: import('./contenders/index.js').Contender, times: number[] }[]} */
    const asked = []
    for (const { name, title, start } of chosen) {
      const contender = await start({ upstreamUrl: upstream.url, binary, signal })
      await contender.settle()
      asked.push({ name, title, contender, times: [] })
    }
    for (let request = 0; request < REQUESTS; request++) {
      for (const { contender, times } of asked) {
        await sleep(QUIET, undefined, { signal })
        times.push(await timeChat(contender, signal))
        await contender.settle()
      }
    }
    const upstreams = median(asked.flatMap(({ name, times }) => (name === direct.name ? times : [])))
    return asked.map(({ name, title, times }) => ({ name, title, p50: median(times), beyond: median(times) - upstreams }))
  } finally {
    await stopAll()
  }
}
