import type { ProviderBlock } from '../providers/block.ts'
import type { CommandSource, CredentialSource } from '../providers/credentials/source.ts'
import { baseUrlOf } from '../providers/kinds.ts'
import { ConfigError } from './error.ts'
import type { ConfigKey } from './fields.ts'
import { nearest } from './nearest.ts'
import type { Config } from './schema.ts'
import type { BlockInput, CommandInput, SourceInput, ValueInput } from './sections/providers.ts'

type ProviderSettings = Pick<Config, 'provider' | 'agent'>

/** Names that something else has already: the embedded model, opencode's own gateway, and this bridge as a provider. */
const TAKEN: ReadonlySet<string> = new Set(['demo', 'opencode', 'opencode-bridge'])

/** Of Codex. Milliseconds. */
const COMMAND_TIMEOUT = 5000
const REFRESH_INTERVAL = 300_000

/** The blocks of the configuration, with what `[agent]` says for those that do not. */
export function toProviderBlocks({ provider, agent }: ProviderSettings): ProviderBlock[] {
  const common = typeof agent === 'object' ? agent : {}
  return Object.entries(provider).map(([id, block]) => ({
    id,
    kind: block.kind,
    name: block.name,
    baseUrl: block.base_url,
    credential: credentialOf(block),
    authScheme: block.auth_scheme,
    defaultModel: block.default_model,
    models: modelsOf(block),
    deployments: block.deployments,
    contextWindow: block.context_window,
    maxOutput: block.max_output,
    headers: Object.fromEntries(Object.entries(block.headers).map(([name, value]) => [name, toValue(value)])),
    query: block.query,
    stream: block.stream ?? common.stream ?? true,
    toolCallFormat: block.tool_call_format ?? common.tool_call_format ?? 'auto',
    maxRetries: block.max_retries ?? common.max_retries,
    retryBackoff: block.retry_backoff_ms ?? common.retry_backoff_ms,
    timeout: block.timeout_ms,
    allowedModels: block.allowed_models,
  }))
}

/** One of opencode's own agents, where `agent` is no block. */
export function agentName({ agent }: Pick<Config, 'agent'>): string | undefined {
  return typeof agent === 'string' ? agent : undefined
}

/** The models for requests that name none: that of `[agent]`'s provider before the others. */
export function defaultModelsOf({ provider, agent, defaultModels }: ProviderSettings & Pick<Config, 'defaultModels'>): string[] {
  const id = typeof agent === 'object' ? agent.provider : undefined
  const model = id === undefined ? undefined : provider[id]?.default_model
  return model === undefined ? defaultModels : [`${id}/${model}`, ...defaultModels]
}

/** @throws ConfigError for a block that cannot work, and for an `agent.provider` that there is not */
export function checkProviders(config: ProviderSettings, sources: Record<ConfigKey, string>): void {
  const ids = Object.keys(config.provider)
  for (const block of toProviderBlocks(config)) checkBlock(block, config.provider[block.id]!, sources.provider)
  const wanted = typeof config.agent === 'object' ? config.agent.provider : undefined
  if (wanted === undefined || ids.includes(wanted)) return
  const meant = nearest(wanted, ids)
  throw new ConfigError({
    key: 'agent.provider',
    source: sources.agent,
    reason: `there is no block [provider.${wanted}]`,
    allowed: meant ? `did you mean ${meant}?` : ids.join(', '),
  })
}

function checkBlock(block: ProviderBlock, input: BlockInput, source: string): void {
  const reject = (key: string, reason: string, allowed: string) => new ConfigError({ key: `provider.${block.id}${key}`, source, reason, allowed })
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(block.id)) throw reject('', 'this is no name for a provider', 'letters, digits, ., _ and -')
  if (TAKEN.has(block.id)) throw reject('', 'this name is taken', 'any other name')
  const base = baseUrlOf(block)
  if (base === '') throw reject('.base_url', 'it is missing', 'the address of the resource, such as https://name.openai.azure.com')
  const url = URL.canParse(base) ? new URL(base) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw reject('.base_url', `"${base}" is no address`, 'an http or https URL')
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw reject(
      '.base_url',
      'it has a password or a query in it',
      'an address alone; a secret belongs in api_key_env, api_key_file or auth, the rest in query',
    )
  }
  const sources = (['api_key_env', 'api_key_file', 'auth'] as const).filter((name) => input[name] !== undefined)
  if (sources.length > 1) throw reject(`.${sources[1]}`, `there is ${sources[0]} as well`, 'one of api_key_env, api_key_file, auth')
}

function credentialOf({ kind, api_key_env: name, api_key_file: path, auth }: BlockInput): CredentialSource | undefined {
  if (auth !== undefined) return toCommand(auth)
  if (path !== undefined) return { from: 'file', path }
  if (name !== undefined) return { from: 'env', name }
  // The gateways are of one maker, whose variable is known.
  return kind === 'opencode-zen' || kind === 'opencode-go' ? { from: 'env', name: 'OPENCODE_API_KEY' } : undefined
}

function toCommand({ command, args, cwd, timeout_ms: timeout, refresh_interval_ms: interval }: CommandInput): CommandSource {
  return { from: 'command', command, args, cwd, timeout: timeout ?? COMMAND_TIMEOUT, refreshInterval: interval ?? REFRESH_INTERVAL }
}

/** A value that may be secret. */
export function toValue(value: ValueInput): string | CredentialSource {
  return typeof value === 'string' ? value : toSource(value)
}

export function toSource(value: SourceInput): CredentialSource {
  if ('env' in value) return { from: 'env', name: value.env }
  if ('file' in value) return { from: 'file', path: value.file }
  return toCommand(value)
}

function modelsOf({ models }: BlockInput): ProviderBlock['models'] {
  if (models === undefined) return undefined
  if (Array.isArray(models)) return Object.fromEntries(models.map((id) => [id, {}]))
  return Object.fromEntries(
    Object.entries(models).map(([id, { name, context_window: contextWindow, max_output: maxOutput, tool_call_format: toolCallFormat, reasoning, input }]) => [
      id,
      { name, contextWindow, maxOutput, toolCallFormat, reasoning, input },
    ]),
  )
}
