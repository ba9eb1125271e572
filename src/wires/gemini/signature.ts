import type { Token } from '../../core/prompt.ts'
import { metadataOf, ownToken } from '../shared/own-token.ts'

/** Google's word for a call that no model of theirs made, or whose signature is lost. */
export const NO_SIGNATURE = 'skip_thought_signature_validator'

/** Under which names opencode's SDKs for Google keep what they are given. */
const VENDORS = ['google', 'vertex', 'googleVertex']

/** What Google gave with a part and wants back in it, if the model that is asked made it. */
export function signatureOf(token: Token | undefined, model: string): string | undefined {
  const own = ownToken(token, model)
  if (own?.kind === 'thought-signature') return own.value
  const kept = own && metadataOf(own, VENDORS).thoughtSignature
  return typeof kept === 'string' ? kept : undefined
}
