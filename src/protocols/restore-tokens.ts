import { asKind, type VendorKind } from '../core/kept-token.ts'
import { isWrapped } from './envelope.ts'
import { type PlacedToken, unwrapTokens } from './token-envelope.ts'

/** Who is asked, and what is known of the tokens in a history. */
export interface Asked {
  /** `provider/model` that is asked. */
  model: string
  /** The `provider/model` that made a token in its vendor's own field, which does not tell; undefined where nobody knows. */
  originOf(token: string): string | undefined
}

/** What a token is to the provider that is asked now. */
export type Restored = { foreign: true } | { foreign: false; placed: PlacedToken }

/**
 * Reads a field of a body that is passed on as it is.
 * @param value of the field
 * @param kind of the tokens that the field is for
 * @returns undefined for the vendor's own, unless it is known to be another model's, and for nothing
 */
export function restore(value: unknown, kind: VendorKind, asked: Asked): Restored | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  if (!isWrapped(value)) return isForeign(value, asked) ? { foreign: true } : undefined
  for (const { token, place } of unwrapTokens(value)) {
    const own = token.origin === asked.model ? asKind(token, kind) : undefined
    if (own) return { foreign: false, placed: { token: own, place } }
  }
  return { foreign: true }
}

/** Whether a token in its vendor's own field is known to be of another model than the one that is asked. */
export function isForeign(token: string, { model, originOf }: Asked): boolean {
  const origin = originOf(token)
  return origin !== undefined && origin !== model
}
