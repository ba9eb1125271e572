import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, limitsOf, modelOf, NAME, NO_KEY, openAiBase, type Place } from './connector.ts'
import { editJson } from './edit-json.ts'

const folder = ({ home, env }: Place): string => env.PI_CODING_AGENT_DIR || join(home, '.pi', 'agent')

/** The coding agent pi. A key that is the name of a variable is read from there. */
export const pi: Connector = {
  title: 'pi',
  program: 'pi',
  files: [
    {
      path: (place) => join(folder(place), 'models.json'),
      edit(content, bridge) {
        const { context, output } = limitsOf(bridge)
        return editJson(content, [
          [
            ['providers', NAME],
            {
              baseUrl: openAiBase(bridge),
              api: 'openai-completions',
              apiKey: bridge.needsKey ? KEY_VARIABLE : NO_KEY,
              models: [{ id: modelOf(bridge), contextWindow: context, maxTokens: output, input: ['text', 'image'] }],
            },
          ],
        ])
      },
    },
    {
      path: (place) => join(folder(place), 'settings.json'),
      edit: (content, bridge) =>
        editJson(content, [
          [['defaultProvider'], NAME],
          [['defaultModel'], modelOf(bridge)],
        ]),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `pi reads the key from ${KEY_VARIABLE}.` : ''),
}
