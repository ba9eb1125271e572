import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, limitsOf, modelOf, NAME, NO_KEY, openAiBase } from './connector.ts'
import { editJson, setIfAbsent, setInJsonList } from './edit-json.ts'

/** Of the form of the settings; Qwen Code writes a file without one anew. */
const SETTINGS_VERSION = 4

/** Qwen Code; models of one address and id stand in its list once. */
export const qwen: Connector = {
  title: 'Qwen Code',
  program: 'qwen',
  files: [
    {
      path: ({ home, env }) => join(env.QWEN_HOME || join(home, '.qwen'), 'settings.json'),
      edit: (content, bridge) =>
        editJson(
          setInJsonList(setIfAbsent(content, '$version', SETTINGS_VERSION), ['modelProviders', 'openai'], ['name'], {
            id: modelOf(bridge),
            name: NAME,
            baseUrl: openAiBase(bridge),
            envKey: KEY_VARIABLE,
            generationConfig: { contextWindowSize: limitsOf(bridge).context },
          }),
          [
            [['security', 'auth', 'selectedType'], 'openai'],
            [['model', 'name'], modelOf(bridge)],
            // One of the shell's comes first.
            [['env', KEY_VARIABLE], bridge.needsKey ? undefined : NO_KEY],
          ],
        ),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Qwen Code reads the key from ${KEY_VARIABLE}.` : ''),
}
