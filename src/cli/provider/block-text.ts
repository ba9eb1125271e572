import { KINDS, type Kind } from '../../providers/block.ts'
import { TRAITS } from '../../providers/kinds.ts'

/** What `provider add` writes; all of it are texts, so that every format's editor can. */
export type NewBlock = { kind: Kind } & Partial<Record<'base_url' | 'api_key_env' | 'api_key_file' | 'default_model', string>>

/** Servers and vendors that are known by their name alone, at their usual addresses. */
export const PRESETS: Record<string, NewBlock> = {
  openai: { kind: 'openai', api_key_env: 'OPENAI_API_KEY' },
  anthropic: { kind: 'anthropic', api_key_env: 'ANTHROPIC_API_KEY' },
  gemini: { kind: 'gemini', api_key_env: 'GEMINI_API_KEY' },
  vllm: { kind: 'openai', base_url: 'http://127.0.0.1:8000/v1' },
  tgi: { kind: 'openai', base_url: 'http://127.0.0.1:8080/v1' },
  lmstudio: { kind: 'openai', base_url: 'http://127.0.0.1:1234/v1' },
  ollama: { kind: 'openai', base_url: 'http://127.0.0.1:11434/v1' },
  'opencode-zen': { kind: 'opencode-zen', api_key_env: 'OPENCODE_API_KEY' },
  'opencode-go': { kind: 'opencode-go', api_key_env: 'OPENCODE_API_KEY' },
}

export interface AddOptions {
  kind?: string | undefined
  'base-url'?: string | undefined
  'key-env'?: string | undefined
  'key-file'?: string | undefined
  model?: string | undefined
}

/** The block that the options of `add` describe, on the preset of that name. @throws Error for a kind that there is not */
export function blockFrom(name: string, options: AddOptions): NewBlock {
  const preset = Object.hasOwn(PRESETS, name) && (options.kind === undefined || options.kind === PRESETS[name]!.kind) ? PRESETS[name] : undefined
  const kind = options.kind ?? preset?.kind ?? 'openai'
  if (!isKind(kind)) throw new Error(`no kind is called "${kind}": it is one of ${KINDS.join(', ')}`)
  const keyFile = options['key-file']
  // A hosted provider wants a key; a server at an address of one's own may have none.
  const usualKey = options['base-url'] === undefined ? TRAITS[kind].variable : undefined
  const keyName = options['key-env'] ?? (keyFile === undefined ? (preset ? preset.api_key_env : usualKey) : undefined)
  const address = options['base-url'] ?? preset?.base_url
  return {
    kind,
    ...(address !== undefined && { base_url: address }),
    ...(keyName !== undefined && { api_key_env: keyName }),
    ...(keyFile !== undefined && { api_key_file: keyFile }),
    ...(options.model !== undefined && { default_model: options.model }),
  }
}

function isKind(kind: string): kind is Kind {
  return (KINDS as readonly string[]).includes(kind)
}

/** The block as TOML. */
export function blockText(name: string, block: NewBlock): string {
  return `[provider.${name}]\n${Object.entries(block)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('')}`
}
