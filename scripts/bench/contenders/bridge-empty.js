import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-empty'
export const title = 'bridge, empty pool'

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'run', MIN_IDLE: '0', MAX_SIZE: '1' }, idle: 0 })
}
