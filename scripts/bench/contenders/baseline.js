import { startBridge } from '../bridge-daemon.js'

/** A built checkout of an earlier version, to be measured beside this one. */
const folder = process.env.BENCH_BASELINE

export const name = 'baseline'
export const title = 'an earlier bridge, engine serve'

/** Whether there is one. */
export const given = folder !== undefined

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'serve' }, root: /** @type {string} */ (folder) })
}
