import type { FinishReason } from '../../core/answer-event.ts'
import { parseObject } from '../../core/json-text.ts'
import type { CallPart, Token } from '../../core/prompt.ts'
import type { Usage } from '../../core/usage.ts'
import type { AnswerPart } from '../answer-parts.ts'
import { hiddenThought, type PlacedToken, type TokenPlace } from '../token-envelope.ts'
import { writeSignature } from './signature.ts'
import type { JsonCandidate, JsonFinishReason, JsonLogprobs, JsonPart, JsonToken, JsonUsage } from './shapes.ts'

/** Why a candidate ended. */
export function encodeEnd(reason: FinishReason, malformed: boolean): Pick<JsonCandidate, 'finishReason' | 'finishMessage'> {
  const finishReason = encodeFinishReason(reason)
  if (!malformed || finishReason !== 'STOP') return { finishReason }
  return { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'The model called a function with arguments that are no JSON object.' }
}

/** The parts of a whole candidate; calls whose arguments are no object are left out. */
export function encodeParts(parts: readonly AnswerPart[], includeThoughts: boolean): { parts: JsonPart[]; malformed: boolean } {
  const encoded: JsonPart[] = []
  let thoughts: PlacedToken[] = []
  let malformed = false
  for (const part of parts) {
    if (part.type === 'reasoning') {
      if (includeThoughts && part.text !== '') encoded.push({ text: part.text, thought: true })
      if (part.token) thoughts.push({ token: part.token, place: placeOfThought(part.token, part.text) })
      continue
    }
    // No client of this format can have asked for one.
    if (part.type === 'hosted') continue
    const made = part.type === 'tool-call' ? encodeCall(part, thoughts) : encodeText(part, thoughts)
    encoded.push(...made)
    if (made.length > 0) thoughts = []
    else malformed = true
  }
  return { parts: [...encoded, ...lostThoughts(thoughts)], malformed }
}

/** Tokens of thoughts that led to nothing. */
export function lostThoughts(thoughts: readonly PlacedToken[]): JsonPart[] {
  return thoughts.length === 0 ? [] : [{ text: '', thought: true, ...writeSignature(undefined, { part: 'reasoning' }, thoughts) }]
}

function encodeText(part: Exclude<AnswerPart, { type: 'reasoning' | 'tool-call' | 'hosted' }>, thoughts: readonly PlacedToken[]): JsonPart[] {
  const token = part.type === 'text' ? part.token : undefined
  if (part.text !== '') return [{ text: part.text, ...writeSignature(token, { part: 'text' }, thoughts) }]
  return emptyText(token, thoughts)
}

/** A text that is its token alone. What stands on an empty text is otherwise of the text before it. */
export function emptyText(token: Token | undefined, thoughts: readonly PlacedToken[]): JsonPart[] {
  return [...lostThoughts(thoughts), { text: '', ...writeSignature(token, { part: 'text' }) }]
}

/**
 * Arguments are an object in this format, so a call without one, as one that was cut off, has no form.
 * @param thoughts tokens of what was thought before it
 */
export function encodeCall({ id, name, arguments: text, token }: CallPart, thoughts: readonly PlacedToken[]): JsonPart[] {
  const args = text === '' ? {} : parseObject(text)
  if (args === undefined) return []
  return [{ functionCall: { id, name, args }, ...writeSignature(token, { part: 'tool-call', id }, thoughts) }]
}

/** What was thought goes with a token that vouches for it: clients may leave the thought itself out, shown or not. */
export function placeOfThought(token: Token, text: string): TokenPlace {
  const place = hiddenThought(token, text)
  if (place.part !== 'reasoning' || place.text !== undefined) return place
  return text === '' ? { part: 'reasoning', text } : { part: 'reasoning', length: text.length }
}

/** Whether the arguments of a call are all there. */
export function isWhole(text: string): boolean {
  return text.trimEnd().endsWith('}') && parseObject(text) !== undefined
}

function encodeFinishReason(reason: FinishReason): JsonFinishReason {
  switch (reason) {
    case 'length':
      return 'MAX_TOKENS'
    case 'content-filter':
      return 'SAFETY'
    default:
      return 'STOP'
  }
}

export function encodeUsage({ input, output, cachedInput, reasoning }: Usage): JsonUsage {
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
export function encodeLogprobs(content: readonly unknown[]): Pick<JsonCandidate, 'avgLogprobs' | 'logprobsResult'> {
  const tokens = content as readonly TokenLogprob[]
  const logprobsResult: JsonLogprobs = {
    chosenCandidates: tokens.map(encodeToken),
    topCandidates: tokens.map(({ top_logprobs: alternatives }) => ({ candidates: (alternatives ?? []).map(encodeToken) })),
  }
  return { avgLogprobs: tokens.reduce((sum, { logprob }) => sum + logprob, 0) / tokens.length, logprobsResult }
}

function encodeToken({ token, logprob }: { token: string; logprob: number }): JsonToken {
  return { token, logProbability: logprob }
}
