import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, limitsOf, modelOf, NO_KEY, openAiBase } from './connector.ts'
import { editYaml, setInList } from './edit-yaml.ts'

/** AIChat reads the key of a client from the variable `<name>_API_KEY`, which for this name is ours. */
const CLIENT = 'opencode_bridge'

export const aichat: Connector = {
  title: 'AIChat',
  program: 'aichat',
  files: [
    {
      path({ home, env, platform }) {
        const config = platform === 'darwin' ? join(home, 'Library', 'Application Support') : env.XDG_CONFIG_HOME || join(home, '.config')
        return join(env.AICHAT_CONFIG_DIR || join(config, 'aichat'), 'config.yaml')
      },
      edit: (content, bridge) =>
        editYaml(content, (document) => {
          document.set('model', `${CLIENT}:${modelOf(bridge)}`)
          setInList(document, ['clients'], 'name', {
            type: 'openai-compatible',
            name: CLIENT,
            api_base: openAiBase(bridge),
            ...(!bridge.needsKey && { api_key: NO_KEY }),
            models: [
              {
                name: modelOf(bridge),
                max_input_tokens: limitsOf(bridge).context,
                max_output_tokens: limitsOf(bridge).output,
                supports_vision: true,
                supports_function_calling: true,
              },
            ],
          })
        }),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `AIChat reads the key from ${KEY_VARIABLE}.` : ''),
}
