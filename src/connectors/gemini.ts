import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NO_KEY, type Place } from './connector.ts'
import { editEnv } from './edit-env.ts'
import { editJson } from './edit-json.ts'

const folder = ({ home, env }: Place): string => join(env.GEMINI_CLI_HOME || home, '.gemini')

/** Google's Gemini CLI. Its settings have no field for an address; it reads that, and the key, from a file of variables beside them. */
export const gemini: Connector = {
  title: 'Gemini CLI',
  program: 'gemini',
  files: [
    {
      path: (place) => join(folder(place), 'settings.json'),
      edit: (content, bridge) =>
        editJson(content, [
          [['security', 'auth', 'selectedType'], 'gemini-api-key'],
          [['model', 'name'], modelOf(bridge)],
        ]),
    },
    {
      path: (place) => join(folder(place), '.env'),
      // Variables in it cannot refer to others, and one of the shell's comes first.
      edit: (content, { url, needsKey }) => editEnv(content, { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: needsKey ? undefined : NO_KEY }),
    },
  ],
  text: ({ needsKey }) => (needsKey ? `Give Gemini CLI the key with: export GEMINI_API_KEY="$${KEY_VARIABLE}"` : ''),
}
