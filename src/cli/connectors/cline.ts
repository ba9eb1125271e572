import { type Connector, modelOf, openAiBase } from './connector.ts'
import { keyForPeople } from './key-for-people.ts'

/** Cline keeps its settings in VS Code's own storage. */
export const cline: Connector = {
  title: 'Cline',
  text: (bridge) => `In VS Code, open Cline's settings and choose:
  API Provider   OpenAI Compatible
  Base URL       ${openAiBase(bridge)}
  API Key        ${keyForPeople(bridge)}
  Model ID       ${modelOf(bridge)}`,
}
