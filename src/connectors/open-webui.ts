import { type Connector, openAiBase } from './connector.ts'
import { keyInShell, shellExports } from './shell.ts'

export const openWebui: Connector = {
  title: 'Open WebUI',
  program: 'open-webui',
  text: (bridge) =>
    `${shellExports([
      ['OPENAI_API_BASE_URL', openAiBase(bridge)],
      ['OPENAI_API_KEY', keyInShell],
    ])}# Then: open-webui serve
# In Docker: docker run --network=host -e OPENAI_API_BASE_URL -e OPENAI_API_KEY … ; it reaches this machine's loopback only so.`,
}
