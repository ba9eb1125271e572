import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, limitsOf, modelOf, NAME, openAiBase, type Place } from './connector.ts'
import { setInJsonList } from './edit-json.ts'

function userFolder({ home, env, platform }: Place): string {
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Code', 'User')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Code', 'User')
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'Code', 'User')
}

/** The chat of VS Code, since 1.122: "Custom Endpoint" in its list of language models, which is this file. */
export const vscode: Connector = {
  title: 'VS Code chat',
  program: 'code',
  files: [
    {
      path: (place) => join(userFolder(place), 'chatLanguageModels.json'),
      edit(content, bridge) {
        const { context, output } = limitsOf(bridge)
        return setInJsonList(content, [], ['name', 'vendor'], {
          name: NAME,
          vendor: 'customendpoint',
          apiType: 'chat-completions',
          models: [
            {
              id: modelOf(bridge),
              name: modelOf(bridge),
              url: `${openAiBase(bridge)}/chat/completions`,
              toolCalling: true,
              vision: true,
              maxInputTokens: context - output,
              maxOutputTokens: output,
            },
          ],
        })
      },
    },
  ],
  text: ({ needsKey }) =>
    `In the chat's list of models, choose Manage Language Models, and ${NAME} there.${
      needsKey ? ` Its gear takes the key, the value of ${KEY_VARIABLE}; VS Code keeps it in its own store.` : ''
    }`,
}
