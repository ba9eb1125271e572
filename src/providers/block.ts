import type { CredentialSource } from './credentials/source.ts'

/** What a provider speaks, and how it is called; see `kinds.ts`. */
export const KINDS = ['openai', 'openai_responses', 'anthropic', 'gemini', 'azure_openai', 'opencode-zen', 'opencode-go'] as const
export type Kind = (typeof KINDS)[number]

export const TOOL_CALL_FORMATS = ['auto', 'native', 'json'] as const
/** How a model calls tools: `native` in its provider's fields, `json` in its text, `auto` is whichever it can. */
export type ToolCallFormat = (typeof TOOL_CALL_FORMATS)[number]

/** A value that may be secret. */
export type BlockValue = string | CredentialSource

/** A provider of the bridge's own configuration: `[provider.<id>]`. */
export interface ProviderBlock {
  id: string
  kind: Kind
  name?: string | undefined
  /** Without a slash at its end. Absent, it is the kind's own. */
  baseUrl?: string | undefined
  /** Absent for servers that want none. */
  credential?: CredentialSource | undefined
  /** The header that carries the credential; by default as the kind has it. */
  authScheme?: 'bearer' | 'api-key' | undefined
  defaultModel?: string | undefined
  /** By the provider's name; absent, they are asked of the provider. */
  models?: Readonly<Record<string, BlockModel>> | undefined
  /** Of Azure: the deployment of a model, where it has another name. */
  deployments: Readonly<Record<string, string>>
  /** Tokens, for models of which nothing else is known. */
  contextWindow?: number | undefined
  maxOutput?: number | undefined
  headers: Readonly<Record<string, BlockValue>>
  query: Readonly<Record<string, string>>
  /** False for a provider that cannot stream; it is called whole. */
  stream: boolean
  toolCallFormat: ToolCallFormat
  maxRetries?: number | undefined
  /** Milliseconds before the first repetition. */
  retryBackoff?: number | undefined
  /** Milliseconds until an answer begins. */
  timeout?: number | undefined
  /** Names of the provider's models, or patterns with `*`; the others are not offered. */
  allowedModels?: readonly string[] | undefined
}

/** What the configuration says of one model. */
export interface BlockModel {
  name?: string | undefined
  contextWindow?: number | undefined
  maxOutput?: number | undefined
  toolCallFormat?: ToolCallFormat | undefined
  reasoning?: boolean | undefined
  /** Kinds of input beside text. */
  input?: readonly ('image' | 'pdf' | 'audio')[] | undefined
}
