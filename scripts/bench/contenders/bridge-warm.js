import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-warm'
export const title = 'bridge, warm'

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'run', MIN_IDLE: '1' }, idle: 1 })
}
