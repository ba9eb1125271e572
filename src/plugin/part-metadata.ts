import { parseList } from '../core/json-text.ts'
import { toKept, type VendorKind } from '../core/kept-token.ts'
import { ownToken } from '../core/own-token.ts'
import type { AssistantMessage, Token } from '../core/prompt.ts'
import type { PartMetadata } from './contract.ts'

/** Kinds of which a message has one in all, that may have come in pieces. */
const IN_PIECES: readonly Token['kind'][] = ['details', 'opaque'] satisfies VendorKind[]

/**
 * What is kept with each part of an answer for opencode to give its provider, as far as the same model made it: another's
 * would be refused.
 * @param model `provider/model` that is asked
 */
export function metadataOf({ parts, origin }: AssistantMessage, model: string): (PartMetadata | undefined)[] {
  const tokens = parts.map(({ token }) => (origin === undefined || origin === model ? ownToken(token, model) : undefined))
  const begun = new Set<Token['kind']>()
  return tokens.map((token) => {
    // Only the bridge itself writes what opencode kept, and says of whom it is.
    if (token === undefined || (token.kind === 'metadata' && token.origin === undefined)) return undefined
    if (!IN_PIECES.includes(token.kind)) return toKept(token)
    if (begun.has(token.kind)) return undefined
    begun.add(token.kind)
    return toKept({ ...token, value: joined(tokens.filter((one) => one?.kind === token.kind) as Token[]) })
  })
}

function joined(tokens: readonly Token[]): string {
  const values = tokens.map(({ value }) => value)
  return tokens[0]?.kind === 'details' ? JSON.stringify(values.flatMap((value) => parseList(value) ?? [])) : values.join('')
}
