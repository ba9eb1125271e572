import type { DecodeContext, Decoded } from '../protocol.ts'
import { decodeGenerateRequest } from './decode.ts'
import { invalidValue } from '../invalid-value.ts'
import { normalize } from './normalize.ts'

/**
 * Reads the body of `countTokens`: the contents alone, or a whole request for a generation.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeCountRequest(raw: Record<string, unknown>, model: string, context: DecodeContext): Decoded['prompt'] {
  const { generateContentRequest: whole, ...alone } = normalize(raw)
  if (whole !== undefined && (typeof whole !== 'object' || whole === null)) {
    throw invalidValue('generateContentRequest', 'expected an object')
  }
  return decodeGenerateRequest((whole as Record<string, unknown> | undefined) ?? alone, { model, stream: false }, context).prompt
}

/** The answer of `countTokens`. */
export function encodeCount(totalTokens: number): { totalTokens: number } {
  return { totalTokens }
}
