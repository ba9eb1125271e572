import { join } from 'node:path'
import { type Bridge, type Connector, KEY_VARIABLE, limitsOf, modelOf, NAME, openAiBase } from './connector.ts'
import { editJson, type JsonSetting, setIfAbsent } from './edit-json.ts'

/**
 * opencode as a client, or what grew from it.
 * @param program also the name of its folder and of its file
 * @param schema which it would write into the file itself
 */
export function connectorOfOpencode({ title, program, schema }: { title: string; program: string; schema: string }): Connector {
  return {
    title,
    program,
    files: [
      {
        path({ home, env, exists }) {
          const folder = join(env.XDG_CONFIG_HOME || join(home, '.config'), program)
          const commented = join(folder, `${program}.jsonc`)
          return exists(commented) ? commented : join(folder, `${program}.json`)
        },
        edit: (content, bridge) => editJson(setIfAbsent(content, '$schema', schema), settings(bridge)),
      },
    ],
    text: (bridge) => `Choose it with: ${program} -m ${NAME}/${modelOf(bridge)}`,
  }
}

/** The bridge as a provider. Without a model's limits, room would never be made in a long conversation. */
function settings(bridge: Bridge): JsonSetting[] {
  const at = (...path: string[]): string[] => ['provider', NAME, ...path]
  const key: JsonSetting[] = bridge.needsKey ? [[at('options', 'apiKey'), `{env:${KEY_VARIABLE}}`]] : []
  return [
    [at('npm'), '@ai-sdk/openai-compatible'],
    [at('name'), NAME],
    [at('options', 'baseURL'), openAiBase(bridge)],
    ...key,
    [at('models', modelOf(bridge), 'name'), modelOf(bridge)],
    [at('models', modelOf(bridge), 'limit'), limitsOf(bridge)],
  ]
}
