import type { Token } from './prompt.ts'

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
