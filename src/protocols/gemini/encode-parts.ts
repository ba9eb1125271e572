import type { FinishReason } from '../../core/event.ts'
import type { ToolCall } from '../../core/prompt.ts'
import type { Usage } from '../../core/usage.ts'
import type { WireCandidate, WireFinishReason, WireLogprobs, WirePart, WireToken, WireUsage } from './wire.ts'

/** The end of a candidate: its calls, and why it ended. */
export function encodeEnd(calls: readonly ToolCall[], reason: FinishReason): Pick<WireCandidate, 'finishReason' | 'finishMessage'> & { parts: WirePart[] } {
  const parts = calls.flatMap(encodeCall)
  const finishReason = encodeFinishReason(reason)
  if (parts.length === calls.length || finishReason !== 'STOP') return { parts, finishReason }
  return {
    parts,
    finishReason: 'MALFORMED_FUNCTION_CALL',
    finishMessage: 'The model called a function with arguments that are no JSON object.',
  }
}

/** Arguments are an object in this format, so a call without one, as one that was cut off, has no form. */
function encodeCall({ id, name, arguments: text }: ToolCall): WirePart[] {
  const args = text === '' ? {} : parseObject(text)
  return args === undefined ? [] : [{ functionCall: { id, name, args } }]
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function encodeFinishReason(reason: FinishReason): WireFinishReason {
  switch (reason) {
    case 'length':
      return 'MAX_TOKENS'
    case 'content-filter':
      return 'SAFETY'
    default:
      return 'STOP'
  }
}

export function encodeUsage({ input, output, cachedInput, reasoning }: Usage): WireUsage {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
    ...(cachedInput > 0 && { cachedContentTokenCount: cachedInput }),
    totalTokenCount: input + output,
  }
}

interface TokenLogprob {
  token: string
  logprob: number
  top_logprobs?: { token: string; logprob: number }[]
}

/** @param content probabilities in OpenAI's form, at least one */
export function encodeLogprobs(content: readonly unknown[]): Pick<WireCandidate, 'avgLogprobs' | 'logprobsResult'> {
  const tokens = content as readonly TokenLogprob[]
  const logprobsResult: WireLogprobs = {
    chosenCandidates: tokens.map(encodeToken),
    topCandidates: tokens.map(({ top_logprobs: alternatives }) => ({ candidates: (alternatives ?? []).map(encodeToken) })),
  }
  return { avgLogprobs: tokens.reduce((sum, { logprob }) => sum + logprob, 0) / tokens.length, logprobsResult }
}

function encodeToken({ token, logprob }: { token: string; logprob: number }): WireToken {
  return { token, logProbability: logprob }
}
