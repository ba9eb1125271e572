import { startBridge } from '../bridge-daemon.js'

export const name = 'bridge-warm-tool'
export const title = 'bridge, warm, a tool'

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

/** @type {import('./index.js').ContenderModule['start']} */
export function start(context) {
  return startBridge(context, { settings: { ENGINE: 'run', MIN_IDLE: '1' }, idle: 1, extra: { tools: [WEATHER] } })
}
