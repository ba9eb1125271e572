import { connectorOfOpencode } from './of-opencode.ts'

/** An opencode as a client, on another machine for example. */
export const opencode = connectorOfOpencode({ title: 'opencode', program: 'opencode', schema: 'https://opencode.ai/config.json' })
