import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, limitsOf, modelOf, NAME, openAiBase } from './connector.ts'
import { editJson } from './edit-json.ts'

/** Zed wants to know how much fits into a model; it cuts long threads there. */
export const zed: Connector = {
  title: 'Zed',
  program: 'zed',
  files: [
    {
      path: ({ home, env }) => join(env.XDG_CONFIG_HOME || join(home, '.config'), 'zed', 'settings.json'),
      edit: (content, bridge) =>
        editJson(content, [
          [['language_models', 'openai_compatible', NAME, 'api_url'], openAiBase(bridge)],
          [
            ['language_models', 'openai_compatible', NAME, 'available_models'],
            [
              {
                name: modelOf(bridge),
                display_name: `${NAME}: ${modelOf(bridge)}`,
                max_tokens: limitsOf(bridge).context,
                max_output_tokens: limitsOf(bridge).output,
              },
            ],
          ],
        ]),
    },
  ],
  text: ({ needsKey }) =>
    needsKey
      ? `Zed reads the key from ${KEY_VARIABLE}.`
      : `Zed wants a key all the same: export ${KEY_VARIABLE}=no-key before it starts, or type one in its settings.`,
}
