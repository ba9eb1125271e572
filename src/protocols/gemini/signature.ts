import type { Token } from '../../core/prompt.ts'
import { isWrapped, type PlacedToken, readToken, type TokenPlace, writeToken } from '../token-envelope.ts'
import type { Part } from './schema.ts'

/** What stands for a signature of calls that no Gemini model made: https://ai.google.dev/gemini-api/docs/thought-signatures */
const PLACEHOLDERS: readonly string[] = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']

/** What a part's signature says. */
export interface Signature {
  /** Of the part itself. */
  token?: Token
  /** Of another. */
  elsewhere?: PlacedToken
  /** What was thought, where the client got the token without it. */
  text?: string
}

export function readSignature(part: Pick<Part, 'functionCall' | 'thought' | 'thoughtSignature'>): Signature {
  const signature = part.thoughtSignature ?? ''
  const placed = PLACEHOLDERS.includes(signature) ? undefined : readToken(signature, 'thought-signature')
  if (placed === undefined) return {}
  const { token, place } = placed
  if (isWrapped(signature) && place.part !== typeOf(part)) return { elsewhere: placed }
  return { token, ...(place.part === 'reasoning' && place.text !== undefined && { text: place.text }) }
}

export function writeSignature(token: Token, place: TokenPlace): { thoughtSignature: string } {
  return { thoughtSignature: writeToken(token, 'thought-signature', place) }
}

function typeOf({ functionCall, thought }: Pick<Part, 'functionCall' | 'thought'>): TokenPlace['part'] {
  if (functionCall) return 'tool-call'
  return thought ? 'reasoning' : 'text'
}
