import { type Connector, modelOf, openAiBase } from './connector.ts'
import { keyForPeople } from './key-for-people.ts'

/** What every tool asks for that takes an OpenAI-compatible server, by the usual names of the fields. */
export const anyTool: Connector = {
  title: 'any other tool',
  text: (bridge) => `Base URL   ${openAiBase(bridge)}
API key    ${keyForPeople(bridge)}
Model      ${modelOf(bridge)}
For tools that want another vendor's API: ${bridge.url} is Anthropic's and Gemini's base.`,
}
