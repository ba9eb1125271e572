import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf } from './connector.ts'
import { editYaml } from './edit-yaml.ts'

/** goose takes address and path apart, and ignores keys in its file. */
export const goose: Connector = {
  title: 'goose',
  program: 'goose',
  files: [
    {
      path({ home, env, platform }) {
        if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Block', 'goose', 'config', 'config.yaml')
        return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'goose', 'config.yaml')
      },
      edit: (content, bridge) =>
        editYaml(content, (document) => {
          document.set('GOOSE_PROVIDER', 'openai')
          document.set('GOOSE_MODEL', modelOf(bridge))
          document.set('OPENAI_HOST', bridge.url)
          document.set('OPENAI_BASE_PATH', 'v1/chat/completions')
        }),
    },
  ],
  text: ({ needsKey }) => `Give goose the key with: export OPENAI_API_KEY=${needsKey ? `"$${KEY_VARIABLE}"` : 'no-key'}`,
}
