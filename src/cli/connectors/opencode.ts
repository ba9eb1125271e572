import { join } from 'node:path'
import { type Connector, KEY_VARIABLE, modelOf, NAME, openAiBase } from './connector.ts'
import { editJson, type JsonSetting } from './edit-json.ts'

/** An opencode as a client, on another machine for example. */
export const opencode: Connector = {
  title: 'opencode',
  file: {
    path({ home, env, exists }) {
      const folder = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'opencode')
      const commented = join(folder, 'opencode.jsonc')
      return exists(commented) ? commented : join(folder, 'opencode.json')
    },
    edit(content, bridge) {
      const at = (...path: string[]): string[] => ['provider', NAME, ...path]
      const key: JsonSetting[] = bridge.needsKey ? [[at('options', 'apiKey'), `{env:${KEY_VARIABLE}}`]] : []
      return editJson(content, [
        [at('npm'), '@ai-sdk/openai-compatible'],
        [at('name'), NAME],
        [at('options', 'baseURL'), openAiBase(bridge)],
        ...key,
        [at('models', modelOf(bridge), 'name'), modelOf(bridge)],
      ])
    },
  },
  text: (bridge) => `Choose it with: opencode -m ${NAME}/${modelOf(bridge)}`,
}
