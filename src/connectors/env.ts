import { type Connector, openAiBase } from './connector.ts'
import { keyInShell, shellExports } from './shell.ts'

/** The variables that the vendors' packages and most tools read; for `eval "$(ocb connect env)"`. */
export const env: Connector = {
  title: 'a shell',
  text: (bridge) =>
    shellExports([
      ['OPENAI_BASE_URL', openAiBase(bridge)],
      ['OPENAI_API_BASE', openAiBase(bridge)],
      ['OPENAI_API_KEY', keyInShell],
      ['ANTHROPIC_BASE_URL', bridge.url],
      ['ANTHROPIC_AUTH_TOKEN', keyInShell],
      ['GOOGLE_GEMINI_BASE_URL', bridge.url],
      ['GEMINI_API_KEY', keyInShell],
      ...(bridge.model === undefined ? [] : (['OPENAI_MODEL', 'ANTHROPIC_MODEL', 'GEMINI_MODEL'] as const).map((name) => [name, bridge.model!] as const)),
    ]),
}
