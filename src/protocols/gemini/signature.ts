import type { Token } from '../../core/prompt.ts'
import { isWrapped } from '../envelope.ts'
import { type PlacedToken, readToken, type TokenPlace, unwrapTokens, wrapTokens, writeToken } from '../token-envelope.ts'
import type { Part } from './schema.ts'

/** What stands for a signature of calls that no Gemini model made: https://ai.google.dev/gemini-api/docs/thought-signatures */
const PLACEHOLDERS: readonly string[] = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']

/** What a part's signature says. */
export interface Signature {
  /** Of the part itself. */
  token?: Token
  /** Of thoughts before it. */
  thoughts: PlacedToken[]
}

/**
 * The signature of a part with its own token and those of the thoughts before it: Gemini's clients bring back what stands
 * on a call or a text, and may leave out thoughts.
 */
export function writeSignature(token: Token | undefined, place: TokenPlace, thoughts: readonly PlacedToken[] = []): { thoughtSignature?: string } {
  if (thoughts.length > 0) return { thoughtSignature: wrapTokens([...thoughts, ...(token ? [{ token, place }] : [])]) }
  return token ? { thoughtSignature: writeToken(token, 'thought-signature', place) } : {}
}

export function readSignature(part: Pick<Part, 'functionCall' | 'thought' | 'thoughtSignature'>): Signature {
  const signature = part.thoughtSignature ?? ''
  if (PLACEHOLDERS.includes(signature)) return { thoughts: [] }
  const type = typeOf(part)
  if (!isWrapped(signature)) {
    const own = readToken(signature, 'thought-signature')
    return own && type !== 'reasoning' ? { token: own.token, thoughts: [] } : { thoughts: own ? [own] : [] }
  }
  const placed = unwrapTokens(signature)
  const own = placed.find(({ place }) => place.part === type && type !== 'reasoning')
  return { ...(own && { token: own.token }), thoughts: placed.filter(({ place }) => place.part === 'reasoning') }
}

function typeOf({ functionCall, thought }: Pick<Part, 'functionCall' | 'thought'>): TokenPlace['part'] {
  if (functionCall) return 'tool-call'
  return thought ? 'reasoning' : 'text'
}
