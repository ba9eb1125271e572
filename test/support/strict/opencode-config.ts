import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StrictProvider } from './provider.ts'

/** A provider of opencode's that leads to a wire of the server. */
interface StrictEntry {
  npm: string
  wire: Parameters<StrictProvider['base']>[0]
  /** Of every model, beside its limits. */
  model: Record<string, unknown>
  models: string[]
  headers?: Record<string, string>
}

const THINKS = { reasoning: true, temperature: false }
const BUDGET = 2048
const COMMON = { tool_call: true, limit: { context: 200_000, output: 32_000 }, modalities: { input: ['text', 'image', 'pdf'], output: ['text'] } }

/** Of opencode's own provider `openai`, whose login is ChatGPT's. */
export const CHATGPT_MODELS = ['gpt-5.5-loop', 'gpt-5.5-silent', 'gpt-5.5-text']

/** Of opencode's own provider `anthropic`, with the login of Claude's subscription. */
export const CLAUDE_MODELS = ['claude-haiku-4-5-loop', 'claude-haiku-4-5-text']

/** opencode has that login no more; people add it as a plugin. */
const CLAUDE_LOGIN = import.meta.resolve('opencode-anthropic-auth')

/** Models by the provider that opencode knows them by; their last word is their script. */
export const STRICT_PROVIDERS: Record<string, StrictEntry> = {
  'strict-chat': {
    npm: '@ai-sdk/openai-compatible',
    wire: 'chat',
    model: {},
    models: ['gpt-4.1-loop', 'gpt-4.1-interleaved', 'gpt-4.1-text', 'gpt-4.1-echo', 'gpt-4.1-length', 'gpt-4.1-cut', 'gpt-4.1-stream-error'],
  },
  'strict-deepseek': {
    npm: '@ai-sdk/openai-compatible',
    wire: 'deepseek',
    model: { ...THINKS, interleaved: { field: 'reasoning_content' } },
    models: ['deepseek-v4-loop', 'deepseek-v4-interleaved', 'deepseek-v4-text', 'kimi-k2-loop'],
  },
  'strict-openrouter': {
    npm: '@openrouter/ai-sdk-provider',
    wire: 'openrouter',
    model: { ...THINKS, options: { reasoning: { effort: 'high' } } },
    models: [
      'anthropic/claude-sonnet-4.5-loop',
      'anthropic/claude-sonnet-4.5-redacted',
      'anthropic/claude-sonnet-4.5-text',
      'google/gemini-3-pro-loop',
      'openai/gpt-5.4-loop',
    ],
  },
  'strict-responses': {
    npm: '@ai-sdk/openai',
    wire: 'responses',
    model: { reasoning: true },
    models: ['gpt-5.4-loop', 'gpt-5.4-silent', 'gpt-5.4-interleaved', 'gpt-5.4-text', 'gpt-5.5-loop'],
  },
  'strict-anthropic': {
    npm: '@ai-sdk/anthropic',
    wire: 'anthropic',
    model: { reasoning: true, options: { thinking: { type: 'enabled', budgetTokens: BUDGET } } },
    // As opencode sends it for its provider `anthropic`.
    headers: { 'anthropic-beta': 'interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14' },
    models: [
      'claude-sonnet-4-5-loop',
      'claude-sonnet-4-5-redacted',
      'claude-sonnet-4-5-silent',
      'claude-sonnet-4-5-interleaved',
      'claude-sonnet-4-5-text',
      'claude-haiku-4-5-loop',
    ],
  },
  // The generations that think as they please, and that bind their thinking to its conversation.
  'strict-anthropic-adaptive': {
    npm: '@ai-sdk/anthropic',
    wire: 'anthropic',
    model: { reasoning: true, options: { thinking: { type: 'adaptive' } } },
    models: ['claude-opus-4-8-loop', 'claude-opus-4-8-interleaved', 'claude-fable-5-1-loop', 'claude-fable-5-1-interleaved'],
  },
  'strict-gemini': {
    npm: '@ai-sdk/google',
    wire: 'gemini',
    model: { reasoning: true },
    models: ['gemini-3-pro-loop', 'gemini-3-pro-interleaved', 'gemini-3-pro-signed-text', 'gemini-3-pro-text', 'gemini-3-flash-loop', 'gemini-2.5-pro-loop'],
  },
}

export interface OpencodeSetup {
  /** The value of `OPENCODE_CONFIG_CONTENT`. */
  config: string
  /** Where a login is needed: the value of `OPENCODE_AUTH_CONTENT`, and the text of an `auth.json`. */
  auth: string
}

/**
 * What leads a real opencode to the server: a configuration with a provider for each wire, and the logins of GitHub Copilot,
 * of ChatGPT and of Claude. Those know their addresses by heart: give opencode `proxyEnv` as well. ChatGPT's tokens rotate, and
 * opencode 1.18.33 reads `OPENCODE_AUTH_CONTENT` anew at every call, though it wrote the new token to its file: where it
 * shall be refreshed more than once, use `writeLogin`.
 */
export function opencodeConfig(provider: StrictProvider, { tag, expired = false }: { tag?: string; expired?: boolean } = {}): OpencodeSetup {
  const entries = Object.entries(STRICT_PROVIDERS).map(([id, { npm, wire, model, models, headers }]) => {
    const listed = Object.fromEntries(models.map((name) => [name, { name, ...COMMON, ...model }]))
    return [
      tag === undefined ? id : `${id}-${tag}`,
      { name: id, npm, options: { baseURL: provider.base(wire, tag), apiKey: provider.key, ...(headers ? { headers } : {}) }, models: listed },
    ]
  })
  const { oauth, subscription, copilotToken } = provider
  const hour = Date.now() + 3_600_000
  const chatGpt = { models: Object.fromEntries(CHATGPT_MODELS.map((name) => [name, { name, ...COMMON, reasoning: true }])) }
  const claude = { models: Object.fromEntries(CLAUDE_MODELS.map((name) => [name, { name, ...COMMON }])) }
  return {
    config: JSON.stringify({ provider: { ...Object.fromEntries(entries), openai: chatGpt, anthropic: claude }, plugin: [CLAUDE_LOGIN] }),
    auth: JSON.stringify({
      'github-copilot': { type: 'oauth', refresh: copilotToken, access: copilotToken, expires: 0 },
      openai: { type: 'oauth', refresh: oauth.refreshToken, access: expired ? '' : oauth.accessToken, expires: expired ? 0 : hour, accountId: oauth.accountId },
      anthropic: { type: 'oauth', refresh: subscription.refreshToken, access: expired ? '' : subscription.accessToken, expires: expired ? 0 : hour },
    }),
  }
}

/** Writes the logins where opencode keeps its own, for the user of this home. */
export function writeLogin(home: string, { auth }: OpencodeSetup): void {
  const file = join(home, '.local', 'share', 'opencode', 'auth.json')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, auth, { mode: 0o600 })
}
