import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NO_KEY } from './connector.ts'
import { editJson, type JsonSetting } from './edit-json.ts'

/** Each of Claude Code's names for a size of model, for what it does on the side too. */
const MODEL_VARIABLES = ['ANTHROPIC_MODEL', 'ANTHROPIC_DEFAULT_OPUS_MODEL', 'ANTHROPIC_DEFAULT_SONNET_MODEL', 'ANTHROPIC_DEFAULT_HAIKU_MODEL']

/** Anthropic's Claude Code, which speaks the Messages format. */
export const claude: Connector = {
  title: 'Claude Code',
  program: 'claude',
  files: [
    {
      path: ({ home, env }) => join(env.CLAUDE_CONFIG_DIR || join(home, '.claude'), 'settings.json'),
      edit(content, bridge) {
        const { url, needsKey } = bridge
        // Variables in this file cannot refer to others; the helper is a command, so it can. A token would come before it.
        const key: JsonSetting[] = needsKey
          ? [
              [['env', 'ANTHROPIC_AUTH_TOKEN'], undefined],
              [['apiKeyHelper'], `printf %s "$${KEY_VARIABLE}"`],
            ]
          : [[['env', 'ANTHROPIC_AUTH_TOKEN'], NO_KEY]]
        // Its own names (claude-…) mean nothing here, where nobody gave them an alias.
        const models = MODEL_VARIABLES.map((name): JsonSetting => [['env', name], modelOf(bridge)])
        return editJson(content, [[['env', 'ANTHROPIC_BASE_URL'], url], ...key, ...models])
      },
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Claude Code reads the key from ${KEY_VARIABLE}.` : ''),
}
