import type { FinishReason } from '../../core/event.ts'
import type { CallPart } from '../../core/prompt.ts'
import type { Usage } from '../../core/usage.ts'
import type { AnswerPart } from '../answer-parts.ts'
import { hiddenThought } from '../token-envelope.ts'
import { writeSignature } from './signature.ts'
import type { WireCandidate, WireFinishReason, WireLogprobs, WirePart, WireToken, WireUsage } from './wire.ts'

/** Why a candidate ended. */
export function encodeEnd(reason: FinishReason, malformed: boolean): Pick<WireCandidate, 'finishReason' | 'finishMessage'> {
  const finishReason = encodeFinishReason(reason)
  if (!malformed || finishReason !== 'STOP') return { finishReason }
  return { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'The model called a function with arguments that are no JSON object.' }
}

/** The parts of a whole candidate; calls whose arguments are no object are left out. */
export function encodeParts(parts: readonly AnswerPart[], includeThoughts: boolean): { parts: WirePart[]; malformed: boolean } {
  const encoded = parts.map((part) => encodePart(part, includeThoughts))
  return { parts: encoded.flat(), malformed: parts.some(({ type }, index) => type === 'tool-call' && encoded[index]!.length === 0) }
}

function encodePart(part: AnswerPart, includeThoughts: boolean): WirePart[] {
  switch (part.type) {
    case 'refusal':
      return [{ text: part.text }]
    case 'text':
      return [{ text: part.text, ...(part.token && writeSignature(part.token, { part: 'text' })) }]
    case 'reasoning': {
      const { text, token } = part
      if (includeThoughts) return [{ text, thought: true, ...(token && writeSignature(token, { part: 'reasoning' })) }]
      return token ? [{ text: '', thought: true, ...writeSignature(token, hiddenThought(token, text)) }] : []
    }
    case 'tool-call':
      return encodeCall(part)
  }
}

/** Arguments are an object in this format, so a call without one, as one that was cut off, has no form. */
export function encodeCall({ id, name, arguments: text, token }: CallPart): WirePart[] {
  const args = text === '' ? {} : parseObject(text)
  if (args === undefined) return []
  return [{ functionCall: { id, name, args }, ...(token && writeSignature(token, { part: 'tool-call', id })) }]
}

/** Whether the arguments of a call are all there. */
export function isWhole(text: string): boolean {
  return text.trimEnd().endsWith('}') && parseObject(text) !== undefined
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
