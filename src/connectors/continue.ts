import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, limitsOf, modelOf, NAME, NO_KEY, openAiBase } from './connector.ts'
import { editYaml, setInList } from './edit-yaml.ts'

export const continueDev: Connector = {
  title: 'Continue',
  program: 'cn',
  files: [
    {
      path: ({ home, env }) => join(env.CONTINUE_GLOBAL_DIR || join(home, '.continue'), 'config.yaml'),
      edit: (content, bridge) =>
        editYaml(content, (document) => {
          // Continue needs them in every file.
          for (const [key, value] of Object.entries({ name: 'Local Assistant', version: '1.0.0', schema: 'v1' })) {
            if (!document.has(key)) document.set(key, value)
          }
          setInList(document, ['models'], 'name', {
            name: NAME,
            provider: 'openai',
            model: modelOf(bridge),
            apiBase: openAiBase(bridge),
            apiKey: bridge.needsKey ? `\${{ secrets.${KEY_VARIABLE} }}` : NO_KEY,
            defaultCompletionOptions: { contextLength: limitsOf(bridge).context, maxTokens: limitsOf(bridge).output },
            roles: ['chat', 'edit', 'apply'],
          })
        }),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Continue reads the key from ~/.continue/.env: a line ${KEY_VARIABLE}=<key>.` : ''),
}
