import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NAME, openAiBase } from './connector.ts'
import { editJson } from './edit-json.ts'

/** Zed wants to know how much fits into a model; it cuts long threads there. */
const MAX_TOKENS = 128_000

export const zed: Connector = {
  title: 'Zed',
  file: {
    path: ({ home, env }) => join(env.XDG_CONFIG_HOME || join(home, '.config'), 'zed', 'settings.json'),
    edit: (content, bridge) =>
      editJson(content, [
        [['language_models', 'openai_compatible', NAME, 'api_url'], openAiBase(bridge)],
        [
          ['language_models', 'openai_compatible', NAME, 'available_models'],
          [{ name: modelOf(bridge), display_name: `${NAME}: ${modelOf(bridge)}`, max_tokens: MAX_TOKENS }],
        ],
      ]),
  },
  text: ({ needsKey }) =>
    needsKey
      ? `Zed reads the key from ${KEY_VARIABLE}.`
      : `Zed wants a key all the same: export ${KEY_VARIABLE}=no-key before it starts, or type one in its settings.`,
}
