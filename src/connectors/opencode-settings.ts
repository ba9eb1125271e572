import { type Bridge, KEY_VARIABLE, limitsOf, modelOf, NAME, openAiBase } from './connector.ts'
import { editJson, type JsonSetting } from './edit-json.ts'

/** The bridge as a provider in opencode's settings. Without a model's limits it would never make room in a long conversation. */
export function opencodeSettings(content: string, bridge: Bridge): string {
  const at = (...path: string[]): string[] => ['provider', NAME, ...path]
  const key: JsonSetting[] = bridge.needsKey ? [[at('options', 'apiKey'), `{env:${KEY_VARIABLE}}`]] : []
  return editJson(content, [
    [at('npm'), '@ai-sdk/openai-compatible'],
    [at('name'), NAME],
    [at('options', 'baseURL'), openAiBase(bridge)],
    ...key,
    [at('models', modelOf(bridge), 'name'), modelOf(bridge)],
    [at('models', modelOf(bridge), 'limit'), limitsOf(bridge)],
  ])
}
