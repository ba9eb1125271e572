import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-no-ledger'
export const title = 'bridge, engine serve, no ledger'

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'serve', LEDGER: 'false' }, idle: 1 })
}
