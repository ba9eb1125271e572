import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-auto'
export const title = 'bridge, engine auto'

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'auto' }, idle: 1 })
}
