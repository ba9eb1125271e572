import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NAME, NO_KEY, openAiBase } from './connector.ts'
import { editYaml, setInList } from './edit-yaml.ts'

/** The version of the file's format; LibreChat only warns of a newer one. */
const VERSION = '1.2.8'

export const librechat: Connector = {
  title: 'LibreChat',
  files: [
    {
      path: ({ cwd }) => join(cwd, 'librechat.yaml'),
      edit: (content, bridge) =>
        editYaml(content, (document) => {
          if (!document.has('version')) document.set('version', VERSION)
          setInList(document, ['endpoints', 'custom'], 'name', {
            name: NAME,
            apiKey: bridge.needsKey ? `\${${KEY_VARIABLE}}` : NO_KEY,
            baseURL: openAiBase(bridge),
            models: { default: [modelOf(bridge)], fetch: true },
            titleConvo: true,
            titleModel: 'current_model',
          })
        }),
    },
  ],
  text: ({ needsKey }) =>
    [
      'The file is the one in the folder of your LibreChat, which has to be the working folder.',
      needsKey ? `LibreChat reads the key from its .env: a line ${KEY_VARIABLE}=<key>.` : '',
    ]
      .filter((line) => line !== '')
      .join('\n'),
}
