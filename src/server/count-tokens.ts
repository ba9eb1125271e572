import type { H3Event } from 'h3'
import { type ModelNames, resolveModel } from '../models/names.ts'
import type { DraftPrompt } from '../protocols/draft-prompt.ts'
import type { DecodeContext } from '../protocols/protocol.ts'
import { estimateTokens } from '../protocols/token-estimate.ts'
import type { BodyReader } from './json-body.ts'

/** Reads the body of a request whose tokens are to be counted. */
export type DecodeCounted = (body: Record<string, unknown>, context: DecodeContext) => DraftPrompt

/** Counts the tokens of a request. It is an estimate, as the provider's own tokenizer is not here, and a header says so. */
export type TokenCounter = (event: H3Event, decode: DecodeCounted) => Promise<number>

export function createTokenCounter({ bodies, modelNames }: { bodies: BodyReader; modelNames: () => ModelNames }): TokenCounter {
  return async (event, decode) => {
    const body = await bodies.read(event)
    const prompt = decode(body, { resolveModel: (name) => resolveModel(name, modelNames()) })
    event.res.headers.set('x-bridge-estimate', 'true')
    return estimateTokens(prompt)
  }
}
