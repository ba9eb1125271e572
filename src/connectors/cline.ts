import { type Connector, modelOf, openAiBase } from './connector.ts'
import { keyForPeople } from './key-for-people.ts'
import { keyInShell, shellQuote } from './shell.ts'

/** Cline keeps its settings, with the key, in stores of its own: its command line's has a command, VS Code's a dialog. */
export const cline: Connector = {
  title: 'Cline',
  program: 'cline',
  text: (bridge) => `Its command line:
  cline auth -p openai-compatible -b ${shellQuote(openAiBase(bridge))} -m ${shellQuote(modelOf(bridge))} -k ${keyInShell.expression}

In VS Code, open Cline's settings and choose:
  API Provider   OpenAI Compatible
  Base URL       ${openAiBase(bridge)}
  API Key        ${keyForPeople(bridge)}
  Model ID       ${modelOf(bridge)}`,
}
