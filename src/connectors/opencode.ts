import { join } from 'node:path'
import { type Connector, modelOf, NAME } from './connector.ts'
import { opencodeSettings } from './opencode-settings.ts'

/** An opencode as a client, on another machine for example. */
export const opencode: Connector = {
  title: 'opencode',
  program: 'opencode',
  files: [
    {
      path({ home, env, exists }) {
        const folder = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'opencode')
        const commented = join(folder, 'opencode.jsonc')
        return exists(commented) ? commented : join(folder, 'opencode.json')
      },
      edit: opencodeSettings('https://opencode.ai/config.json'),
    },
  ],
  text: (bridge) => `Choose it with: opencode -m ${NAME}/${modelOf(bridge)}`,
}
