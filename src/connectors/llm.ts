import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NAME, openAiBase } from './connector.ts'
import { editYaml, setInList } from './edit-yaml.ts'

/** Simon Willison's command line. */
export const llm: Connector = {
  title: 'llm',
  program: 'llm',
  files: [
    {
      path({ home, env, platform }) {
        const config = platform === 'darwin' ? join(home, 'Library', 'Application Support') : env.XDG_CONFIG_HOME || join(home, '.config')
        return join(env.LLM_USER_PATH || join(config, 'io.datasette.llm'), 'extra-openai-models.yaml')
      },
      edit: (content, bridge) =>
        editYaml(content, (document) =>
          setInList(document, [], 'model_id', {
            model_id: NAME,
            model_name: modelOf(bridge),
            api_base: openAiBase(bridge),
            ...(bridge.needsKey && { api_key_name: NAME }),
            vision: true,
            supports_schema: true,
            supports_tools: true,
          }),
        ),
    },
  ],
  text: ({ needsKey }) =>
    [`Choose it with: llm -m ${NAME}`, needsKey ? `Give llm the key with: llm keys set ${NAME} --value "$${KEY_VARIABLE}"` : '']
      .filter((line) => line !== '')
      .join('\n'),
}
