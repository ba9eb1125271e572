import { type Bridge, type Connector, modelOf, openAiBase } from './connector.ts'
import { keyForPeople } from './key-for-people.ts'

/** Tools whose settings a person fills in by hand, and under which names the fields stand there. */
export const jetbrains: Connector = {
  title: 'JetBrains AI Assistant',
  text: (bridge) =>
    fill('In Settings → Tools → AI Assistant → Models, under Third-party AI providers:', bridge, {
      Provider: 'OpenAI-compatible',
      URL: openAiBase(bridge),
      'API Key': keyForPeople(bridge),
      'Core features': modelOf(bridge),
    }),
}

export const n8n: Connector = {
  title: 'n8n',
  text: (bridge) =>
    fill('Create a credential of the kind OpenAI, and take it in the node OpenAI Chat Model:', bridge, {
      'API Key': keyForPeople(bridge),
      'Base URL': openAiBase(bridge),
      Model: `${modelOf(bridge)} (By ID)`,
    }),
}

export const homeAssistant: Connector = {
  title: 'Home Assistant',
  text: (bridge) =>
    fill('Its own OpenAI integration has no field for an address; Extended OpenAI Conversation (HACS) has:', bridge, {
      'API Key': keyForPeople(bridge),
      'Base URL': openAiBase(bridge),
      Model: modelOf(bridge),
      'Skip Authentication': 'on',
    }),
}

export const obsidian: Connector = {
  title: 'Obsidian (Copilot plugin)',
  text: (bridge) =>
    fill('In the settings of the plugin Copilot, under Model, choose Add Custom Model:', bridge, {
      'Model Name': modelOf(bridge),
      Provider: '3rd party (openai-format)',
      'Base URL': openAiBase(bridge),
      'API Key': keyForPeople(bridge),
      'Enable CORS': 'on',
    }),
}

/** Where the tool may run elsewhere, its loopback is not this machine's. */
function fill(where: string, { url }: Bridge, fields: Record<string, string>): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length))
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(width)}   ${value}`)
  return [
    where,
    ...lines,
    `A tool in a container or on another machine does not reach ${url}: start the bridge with --host and a key, and name its address.`,
  ].join('\n')
}
