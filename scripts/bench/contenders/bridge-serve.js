import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-serve'
export const title = 'bridge, engine serve'

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'serve' }, idle: 1 })
}
