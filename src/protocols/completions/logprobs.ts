import type { JsonLogprobs } from './shapes.ts'

interface TokenLogprob {
  token: string
  logprob: number
  top_logprobs?: { token: string; logprob: number }[]
}

/**
 * Writes probabilities, which events have in the form of Chat Completions, in that of this endpoint.
 * @param offset where the first token begins in the text
 */
export function encodeLogprobs(content: readonly unknown[], offset: number): JsonLogprobs {
  const result: JsonLogprobs = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] }
  let position = offset
  for (const { token, logprob, top_logprobs: alternatives } of content as readonly TokenLogprob[]) {
    result.tokens.push(token)
    result.token_logprobs.push(logprob)
    result.top_logprobs.push(Object.fromEntries((alternatives ?? []).map((other) => [other.token, other.logprob])))
    result.text_offset.push(position)
    position += token.length
  }
  return result
}
