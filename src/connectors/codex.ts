import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NAME, openAiBase } from './connector.ts'
import { editToml } from './edit-toml.ts'

/** OpenAI's Codex, which speaks the Responses format. */
export const codex: Connector = {
  title: 'Codex',
  program: 'codex',
  files: [
    {
      path: ({ home, env }) => join(env.CODEX_HOME || join(home, '.codex'), 'config.toml'),
      edit: (content, bridge) =>
        editToml(content, {
          root: { model: modelOf(bridge), model_provider: NAME },
          table: {
            path: ['model_providers', NAME],
            // Codex refuses to start when the variable of `env_key` is not set.
            entries: { name: NAME, base_url: openAiBase(bridge), wire_api: 'responses', ...(bridge.needsKey && { env_key: KEY_VARIABLE }) },
          },
        }),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Codex reads the key from ${KEY_VARIABLE}.` : ''),
}
