import type { CallForm } from '../../core/call.ts'

/** Peculiarities that are a provider's, not a format's. */

/** opencode's own calls have instructions beside their messages for the login of ChatGPT alone. */
export function isChatGpt({ wire, defaults }: CallForm): boolean {
  return wire === 'responses' && typeof defaults.instructions === 'string'
}

/** Its login alone says who began a call; opencode asks for Claude through Anthropic's package. */
export function isCopilot({ npm, url, loginHeaders }: CallForm): boolean {
  return npm === '@ai-sdk/github-copilot' || loginHeaders.includes('x-initiator') || isHost(url, 'githubcopilot.com')
}

/** OpenAI's models where OpenAI's own rules hold: its API, Azure's and Copilot's. */
export function isOpenAI(form: CallForm): boolean {
  return form.npm === '@ai-sdk/openai' || form.npm === '@ai-sdk/azure' || isHost(form.url, 'openai.com', 'openai.azure.com') || isCopilot(form)
}

/** Whether a call goes to one of the hosts, or to one below it. */
export function isHost(url: string, ...hosts: string[]): boolean {
  const host = /^https?:\/\/(?:[^/?#]*@)?([^/?#:]+)/i.exec(url)?.[1]?.toLowerCase() ?? ''
  return hosts.some((name) => host === name || host.endsWith(`.${name}`))
}
