import { type Bridge, KEY_VARIABLE, limitsOf, modelOf, NAME, openAiBase, type SettingsFile } from './connector.ts'
import { editJson, type JsonSetting, setIfAbsent } from './edit-json.ts'

/**
 * The bridge as a provider in the settings of opencode, and of what grew from it. Without a model's limits it would never make
 * room in a long conversation.
 * @param schema which the tool would write into the file itself
 */
export function opencodeSettings(schema: string): SettingsFile['edit'] {
  return (content, bridge) => editJson(setIfAbsent(content, '$schema', schema), settings(bridge))
}

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
