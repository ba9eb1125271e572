import * as baseline from './baseline.js'
import * as bridgeAuto from './bridge-auto.js'
import * as bridgeEmpty from './bridge-empty.js'
import * as bridgeServe from './bridge-serve.js'
import * as bridgeWarm from './bridge-warm.js'
import * as bridgeWarmTool from './bridge-warm-tool.js'
import * as direct from './direct.js'
import * as plainRun from './plain-run.js'

/**
 * @typedef {object} Context
 * @property {string} upstreamUrl with `/v1`
 * @property {string} binary the path of opencode
 * @property {AbortSignal} signal aborted when the run is interrupted
 *
 * @typedef {object} Answer
 * @property {number} firstTokenAt as `now()` counts
 * @property {string} text
 *
 * A way to get an answer from the upstream. What it starts, it starts by `launch`, which also ends it.
 * @typedef {object} Contender
 * @property {(messages: import('../chat.js').ChatMessage[], signal: AbortSignal) => Promise<Answer>} ask sends a chat; resolves at the answer's end
 * @property {number} [pid] of the process that it keeps, where it keeps one
 * @property {() => Promise<unknown>} [rest] resolves when what it does in quiet moments is done as well
 * @property {() => Promise<unknown>} settle resolves when it is ready for the next chat and does nothing in the background
 *
 * @typedef {object} ContenderModule
 * @property {string} name for machines
 * @property {string} title for people
 * @property {(context: Context) => Promise<Contender>} start
 */

/**
 * In the order in which each round asks them. The first one's time is subtracted from all others'.
 * @type {ContenderModule[]}
 */
export const contenders = [direct, plainRun, bridgeWarm, bridgeWarmTool, bridgeServe, bridgeAuto, ...(baseline.given ? [baseline] : []), bridgeEmpty]

/**
 * @param {string[] | undefined} only names; the first one is always there
 * @returns {ContenderModule[]}
 */
export function pickContenders(only) {
  return only === undefined ? contenders : contenders.filter(({ name }) => name === direct.name || only.includes(name))
}
