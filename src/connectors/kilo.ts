import { join } from 'node:path'
import { opencodeSettings } from './opencode-settings.ts'
import { type Connector, modelOf, NAME } from './connector.ts'

/** Kilo's command line, which grew from opencode and reads the same settings. */
export const kilo: Connector = {
  title: 'Kilo CLI',
  program: 'kilo',
  files: [
    {
      path({ home, env, exists }) {
        const folder = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'kilo')
        const commented = join(folder, 'kilo.jsonc')
        return exists(commented) ? commented : join(folder, 'kilo.json')
      },
      edit: opencodeSettings('https://app.kilo.ai/config.json'),
    },
  ],
  text: (bridge) => `Choose it with: kilo -m ${NAME}/${modelOf(bridge)}`,
}
