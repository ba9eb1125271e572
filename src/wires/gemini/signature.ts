import { asKind } from '../../core/kept-token.ts'
import type { Token } from '../../core/prompt.ts'
import { ownToken } from '../../core/own-token.ts'

/** Google's word for a call that no model of theirs made, or whose signature is lost. */
export const NO_SIGNATURE = 'skip_thought_signature_validator'

/** What Google gave with a part and wants back in it, if the model that is asked made it. */
export function signatureOf(token: Token | undefined, model: string): string | undefined {
  const own = ownToken(token, model)
  return own && asKind(own, 'thought-signature')?.value
}
