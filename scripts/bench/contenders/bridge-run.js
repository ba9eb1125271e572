import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-run'
export const title = 'bridge, engine run'

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'run' }, idle: 1 })
}
