import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NO_KEY, openAiBase } from './connector.ts'
import { editYaml } from './edit-yaml.ts'

export const aider: Connector = {
  title: 'aider',
  program: 'aider',
  files: [
    {
      path: ({ home }) => join(home, '.aider.conf.yml'),
      edit: (content, bridge) =>
        editYaml(content, (document) => {
          document.set('model', `openai/${modelOf(bridge)}`)
          document.set('openai-api-base', openAiBase(bridge))
          if (!bridge.needsKey) document.set('openai-api-key', NO_KEY)
          // It would come before the variable.
          else document.delete('openai-api-key')
        }),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Give aider the key with: export OPENAI_API_KEY="$${KEY_VARIABLE}"` : ''),
}
