import { type Connector, KEY_VARIABLE, modelOf, openAiBase } from './connector.ts'

/** Cursor keeps its settings in a database of its own, and its requests come from its servers. */
export const cursor: Connector = {
  title: 'Cursor',
  program: 'cursor',
  text: (bridge) => `Cursor's servers make the requests, not your machine, so they cannot reach ${openAiBase(bridge)}.
Give the bridge a key (${KEY_VARIABLE}) and a public https address, through a tunnel for example. Then, in Cursor Settings → Models:
  OpenAI API Key             the value of ${KEY_VARIABLE}
  Override OpenAI Base URL   https://<your tunnel>/v1
  Add Custom Model           ${modelOf(bridge)}`,
}
