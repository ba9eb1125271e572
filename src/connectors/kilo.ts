import { connectorOfOpencode } from './of-opencode.ts'

/** Kilo's command line, which grew from opencode. */
export const kilo = connectorOfOpencode({ title: 'Kilo CLI', program: 'kilo', schema: 'https://app.kilo.ai/config.json' })
