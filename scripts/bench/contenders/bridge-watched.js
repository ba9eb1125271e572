import { startBridge } from '../bridge-daemon.js'

const DASHBOARDS = 50

export const name = 'bridge-watched'
export const title = `bridge, engine serve, ${DASHBOARDS} dashboards open`

/** @type {import('./index.js').ContenderModule['start']} */
export async function start(context) {
  const bridge = await startBridge(context, { settings: { ENGINE: 'serve' }, idle: 1 })
  await Promise.all(Array.from({ length: DASHBOARDS }, () => watch(bridge.url, context.signal)))
  return bridge
}

/**
 * Reads what an open dashboard reads, until the daemon ends.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function watch(url, signal) {
  const response = await fetch(`${url}/v1/daemon/events`, { signal })
  if (!response.ok || !response.body) throw new Error(`the dashboard's stream: HTTP ${response.status}`)
  const end = () => {}
  response.body.pipeTo(new WritableStream()).then(end, end)
}
