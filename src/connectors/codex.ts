import { join } from 'node:path'
import { type Bridge, type Connector, KEY_VARIABLE, modelOf, NAME, NO_KEY, openAiBase } from './connector.ts'
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
            // Only of a provider whose key a command prints Codex asks for its models, for the picker and the meter of the context.
            entries: { name: NAME, base_url: openAiBase(bridge), wire_api: 'responses', auth: { command: 'node', args: ['-p', keyOf(bridge)] } },
          },
        }),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Codex reads the key from ${KEY_VARIABLE}.` : ''),
}

/** In JavaScript; Codex wants some key also where none is needed. */
function keyOf({ needsKey }: Pick<Bridge, 'needsKey'>): string {
  return needsKey ? `process.env.${KEY_VARIABLE}` : `'${NO_KEY}'`
}
