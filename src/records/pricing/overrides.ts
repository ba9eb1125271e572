import type { Rates } from './price.ts'
import { type PricePatch, parsePatch } from './patch.ts'

/** One of `pricing_overrides`, in the form that Bifrost's configuration has. */
export interface PricingOverride {
  id?: string | undefined
  name?: string | undefined
  scope_kind: ScopeKind
  provider_id?: string | undefined
  /** The name of a client's key. */
  virtual_key_id?: string | undefined
  match_type: 'exact' | 'prefix' | 'wildcard'
  /** Of the model's name, with or without its provider. */
  pattern: string
  /** Kinds of requests that it is for; all where it names none. */
  request_types?: string[] | undefined
  /** See `parsePatch`. */
  pricing_patch: unknown
}

export const SCOPE_KINDS = ['global', 'provider', 'virtual_key', 'virtual_key_provider'] as const
export type ScopeKind = (typeof SCOPE_KINDS)[number]

/** What is asked for its price. */
export interface Priced {
  provider: string
  /** `provider/model` */
  model: string
  /** `Protocol.name` of the client's format. */
  format?: string | undefined
  /** The name of the client's key. */
  key?: string | undefined
}

export interface Override {
  source: string
  patch: PricePatch
  /** The higher, the later it is laid over the others. */
  weight: number
  matches(priced: Priced): boolean
}

/** @throws RangeError that names the override and the field */
export function parseOverride(override: PricingOverride, index: number): Override {
  const { scope_kind, provider_id, virtual_key_id, match_type, pattern, request_types } = override
  const id = override.id ?? override.name ?? String(index)
  const fault = (reason: string) => new RangeError(`pricing override ${id}: ${reason}`)
  if (scope_kind.endsWith('provider') && provider_id === undefined) throw fault(`${scope_kind} needs a provider_id`)
  if (scope_kind.startsWith('virtual_key') && virtual_key_id === undefined) throw fault(`${scope_kind} needs a virtual_key_id`)
  const provider = provider_id === undefined ? undefined : (ALIASES[provider_id] ?? provider_id)
  const fits = matcher(match_type, pattern)
  const types = request_types?.length ? new Set(request_types.map((type) => type.replace(/_stream$/, ''))) : undefined
  return {
    source: `override:${id}`,
    patch: patchOf(override, fault),
    weight: SCOPE_KINDS.indexOf(scope_kind) * 10_000 + (match_type === 'exact' ? 5_000 : Math.min(pattern.length, 4_999)),
    matches: (priced) =>
      (provider === undefined || provider === priced.provider) &&
      (virtual_key_id === undefined || virtual_key_id === priced.key) &&
      (fits(priced.model) || fits(priced.model.slice(priced.provider.length + 1))) &&
      (types === undefined || typesOf(priced.format).some((type) => types.has(type))),
  }
}

function patchOf({ pricing_patch }: PricingOverride, fault: (reason: string) => RangeError): PricePatch {
  try {
    return parsePatch(pricing_patch)
  } catch (error) {
    throw fault((error as Error).message)
  }
}

/** Bifrost's name of opencode's own gateway, where opencode says `opencode`. */
const ALIASES: Record<string, string> = { 'opencode-zen': 'opencode' }

function matcher(type: PricingOverride['match_type'], pattern: string): (name: string) => boolean {
  if (type === 'exact') return (name) => name === pattern
  const parts = (type === 'prefix' ? `${pattern}*` : pattern).split('*')
  return (name) => fitsParts(name, parts)
}

/** Whether the parts are found one after the other, the first at the beginning and the last at the end; in linear time. */
function fitsParts(name: string, parts: readonly string[]): boolean {
  const first = parts[0]!
  const last = parts.at(-1)!
  if (parts.length === 1) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

/** Every format of the bridge is a conversation to its provider, so what is said of chats is said of all of them. */
function typesOf(format: string | undefined): readonly string[] {
  const own = format === undefined ? undefined : OWN_TYPES[format]
  return own === undefined ? ['chat_completion'] : [own, 'chat_completion']
}

const OWN_TYPES: Record<string, string> = { responses: 'responses', completions: 'text_completion' }

/** Whether a patch says anything of tokens or calls. */
export function saysSomething({ rates, tiers }: PricePatch): boolean {
  return [rates, ...tiers.map((tier) => tier.rates)].some((of: Rates) => Object.keys(of).length > 0)
}
