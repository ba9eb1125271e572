import type { DecodeContext, Decoded } from '../protocol.ts'
import { invalidValue } from '../invalid-value.ts'
import { normalize } from './normalize.ts'
import { readGenerateRequest } from './read.ts'

/**
 * Reads the body of `countTokens`: the contents alone, or a whole request for a generation.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeCountRequest(raw: Record<string, unknown>, model: string, context: DecodeContext): Decoded['prompt'] {
  const { generateContentRequest: whole, ...alone } = normalize(raw)
  if (whole !== undefined && (typeof whole !== 'object' || whole === null)) {
    throw invalidValue('generateContentRequest', 'expected an object')
  }
  const head = readGenerateRequest((whole as Record<string, unknown> | undefined) ?? alone, { model, stream: false }, context)
  return head.decode(context.resolveModel(head.model)).prompt
}

/** The answer of `countTokens`. */
export function encodeCount(totalTokens: number): { totalTokens: number } {
  return { totalTokens }
}
