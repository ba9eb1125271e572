import { parseList, parseObject } from './json-text.ts'
import { isObject } from './json-value.ts'
import type { Token, TokenKind } from './prompt.ts'

/** What opencode keeps with a part, by the vendor's name in opencode's SDK for it. */
export type KeptTokens = Record<string, unknown>

/** Kinds of tokens that are in a vendor's own field. */
export type VendorKind = Exclude<TokenKind, 'metadata'>

/** Where opencode's SDKs keep the tokens of a kind, and look for them: under any of the vendors' names. */
const PLACES: Record<VendorKind, { vendors: readonly string[]; field: string }> = {
  signature: { vendors: ['anthropic'], field: 'signature' },
  redacted: { vendors: ['anthropic'], field: 'redactedData' },
  'thought-signature': { vendors: ['google', 'vertex', 'googleVertex'], field: 'thoughtSignature' },
  encrypted: { vendors: ['openai', 'azure', 'copilot'], field: 'reasoningEncryptedContent' },
  details: { vendors: ['openrouter'], field: 'reasoning_details' },
  opaque: { vendors: ['copilot'], field: 'reasoningOpaque' },
}

/** Characters. */
const ID_LENGTH = 32

/** The token as one of a kind: it is itself, or is what opencode kept of one; undefined where it is of another. */
export function asKind(token: Token, kind: VendorKind): Token | undefined {
  if (token.kind === kind) return token
  if (token.kind !== 'metadata') return undefined
  const { vendors, field } = PLACES[kind]
  const kept = parseObject(token.value) ?? {}
  const fields = vendors.map((vendor) => kept[vendor]).find(isObject)
  const value = textOf(fields?.[field])
  return value === undefined ? undefined : { kind, value, ...(token.origin !== undefined && { origin: token.origin }) }
}

/** The token as opencode keeps it, for its SDKs to find. */
export function toKept({ kind, value, id }: Token): KeptTokens | undefined {
  if (kind === 'metadata') return parseObject(value)
  const { vendors, field } = PLACES[kind]
  // A list is its JSON text in a token alone. OpenAI's SDK passes an item over that has no id, and joins those of one id: as
  // one item's texts have its content in common, the end of that, which no two have, stands for an id.
  const fields = {
    ...(kind === 'encrypted' && { itemId: id ?? `rs_${value.slice(-ID_LENGTH)}` }),
    [field]: kind === 'details' ? parseList(value) : value || null,
  }
  return Object.fromEntries(vendors.map((vendor) => [vendor, fields]))
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? JSON.stringify(value) : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
