import { parseObject } from '../../core/json-text.ts'
import { isObject } from '../../core/json-value.ts'
import type { Token } from '../../core/prompt.ts'

/**
 * A part's token, if the model that is asked made it: any other refuses it. One whose origin is unknown came in the
 * vendor's own field.
 */
export function ownToken(token: Token | undefined, model: string): Token | undefined {
  return token?.origin === undefined || token.origin === model ? token : undefined
}

/** Whether the part that has this token is another model's. */
export function isForeign(token: Token | undefined, model: string): boolean {
  return token !== undefined && ownToken(token, model) === undefined
}

/** What opencode's SDK for a vendor kept with a part, by the names under which it does so. */
export function metadataOf(token: Token, vendors: readonly string[]): Record<string, unknown> {
  if (token.kind !== 'metadata') return {}
  const metadata = parseObject(token.value) ?? {}
  return vendors.map((vendor) => metadata[vendor]).find(isObject) ?? {}
}
