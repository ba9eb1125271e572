import { type Connector, limitsOf, modelOf, openAiBase } from './connector.ts'
import { keyInShell, shellExports } from './shell.ts'

/** GitHub's Copilot CLI with a provider of one's own, which it knows by variables only: `copilot help providers`. */
export const copilot: Connector = {
  title: 'GitHub Copilot CLI',
  program: 'copilot',
  text(bridge) {
    const { context, output } = limitsOf(bridge)
    return shellExports([
      ['COPILOT_PROVIDER_TYPE', 'openai'],
      ['COPILOT_PROVIDER_BASE_URL', openAiBase(bridge)],
      ['COPILOT_PROVIDER_API_KEY', keyInShell],
      ['COPILOT_MODEL', modelOf(bridge)],
      ['COPILOT_PROVIDER_MAX_PROMPT_TOKENS', String(context - output)],
      ['COPILOT_PROVIDER_MAX_OUTPUT_TOKENS', String(output)],
    ])
  },
}
