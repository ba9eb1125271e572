import type { KnownWire } from '../core/call.ts'
import type { Kind, ProviderBlock } from './block.ts'

interface KindTraits {
  /** The package that opencode is to speak to it with. */
  npm: string
  wire: KnownWire
  baseUrl?: string
  /** Headers of every call beside the credential. */
  headers?: Record<string, string>
  /** What carries a key that is no bearer token. */
  keyHeader: string
  /** Whether a credential is a bearer token where the block does not say. */
  bearer: boolean
  /** The variable that usually holds the key, for `provider add`. */
  variable: string
  /** What a base URL ends with; `root` adds it to a bare host only, as other paths are the gateway's own. */
  version?: { path: string; to: 'any' | 'root' }
}

const OPENAI = {
  keyHeader: 'api-key',
  bearer: true,
  baseUrl: 'https://api.openai.com/v1',
  variable: 'OPENAI_API_KEY',
  version: { path: '/v1', to: 'root' },
} as const
const GATEWAY = { npm: '@ai-sdk/openai-compatible', wire: 'chat', keyHeader: 'api-key', bearer: true, variable: 'OPENCODE_API_KEY' } as const

export const TRAITS: Record<Kind, KindTraits> = {
  openai: { ...OPENAI, npm: '@ai-sdk/openai-compatible', wire: 'chat' },
  openai_responses: { ...OPENAI, npm: '@ai-sdk/openai', wire: 'responses' },
  anthropic: {
    npm: '@ai-sdk/anthropic',
    wire: 'messages',
    baseUrl: 'https://api.anthropic.com/v1',
    headers: { 'anthropic-version': '2023-06-01' },
    keyHeader: 'x-api-key',
    bearer: false,
    variable: 'ANTHROPIC_API_KEY',
    version: { path: '/v1', to: 'any' },
  },
  gemini: {
    npm: '@ai-sdk/google',
    wire: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    keyHeader: 'x-goog-api-key',
    bearer: false,
    variable: 'GEMINI_API_KEY',
    version: { path: '/v1beta', to: 'any' },
  },
  azure_openai: { npm: '@ai-sdk/openai-compatible', wire: 'chat', keyHeader: 'api-key', bearer: false, variable: 'AZURE_OPENAI_API_KEY' },
  'opencode-zen': { ...GATEWAY, baseUrl: 'https://opencode.ai/zen/v1', version: { path: '/v1', to: 'any' } },
  'opencode-go': { ...GATEWAY, baseUrl: 'https://opencode.ai/zen/go/v1', version: { path: '/v1', to: 'any' } },
}

/** The last version of Azure's that is not a preview. */
const AZURE_API_VERSION = '2024-10-21'

/** The part of every address of a provider that does not depend on the model. */
export function baseUrlOf({ kind, baseUrl }: Pick<ProviderBlock, 'kind' | 'baseUrl'>): string {
  const { baseUrl: usual, version } = TRAITS[kind]
  const base = (baseUrl ?? usual ?? '').replace(/\/+$/, '')
  if (version === undefined || /\/v\d\w*$/.test(base)) return base
  const isRoot = URL.canParse(base) && new URL(base).pathname === '/'
  return version.to === 'any' || isRoot ? base + version.path : base
}

/** What a model's address begins with. Azure's have the deployment in it, but for its newer API, whose base ends with `/v1`. */
export function modelUrlOf(block: ProviderBlock, model: string): string {
  const base = baseUrlOf(block)
  return hasDeployments(block) ? `${base.replace(/\/openai$/, '')}/openai/deployments/${encodeURIComponent(deploymentOf(block, model))}` : base
}

/** What the provider calls a model. */
export function deploymentOf({ deployments }: Pick<ProviderBlock, 'deployments'>, model: string): string {
  return deployments[model] ?? model
}

/** The query of every call. */
export function queryOf(block: ProviderBlock): Record<string, string> {
  return { ...(hasDeployments(block) && { 'api-version': AZURE_API_VERSION }), ...block.query }
}

function hasDeployments(block: ProviderBlock): boolean {
  return block.kind === 'azure_openai' && !baseUrlOf(block).endsWith('/v1')
}
