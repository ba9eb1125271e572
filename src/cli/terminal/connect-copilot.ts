/** What to do when opencode has no provider. */
export const connectCopilot =
  'Connect GitHub Copilot: run `opencode auth login` (or `npx opencode-ai auth login`) and choose GitHub Copilot.\nA running daemon notices by itself.'
