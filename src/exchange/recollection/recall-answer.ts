import { callsOf, textOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, AssistantPart, CallPart } from '../../core/prompt.ts'
import { weave } from '../../core/weave.ts'
import type { KeptAnswer } from '../../storage/reasoning-store.ts'
import { namesOf } from './token-names.ts'

/** Whether a client sent an answer back without anything beside its text and its calls. */
export function isBare({ parts }: AssistantMessage): boolean {
  return parts.every(({ token }) => token === undefined)
}

/** The ids that the model gave to calls whose client leaves ids out, by those that were made for the prompt. */
export function namesGiven(message: AssistantMessage, { callIds }: KeptAnswer): [made: string, given: string][] {
  return callsOf(message).flatMap(({ id, unnamed }, index) => (unnamed ? [[id, callIds[index]!]] : []))
}

/**
 * Of the answers that were given to this very conversation with these very calls, the one that a client sent back.
 * @param context of the request
 * @returns undefined where none is, or where nobody can tell which
 */
export function findAnswer(message: AssistantMessage, answers: readonly KeptAnswer[], context: string): KeptAnswer | undefined {
  const calls = callsOf(message)
  const possible = answers.filter((answer) => hasIds(answer, calls) && holdsTokens(answer, message))
  return possible.findLast((answer) => answer.context === context) ?? (possible.length === 1 ? possible[0] : undefined)
}

/** The answer as the model gave it, as far as the client has not changed it. */
export function recallAnswer(message: AssistantMessage, answer: KeptAnswer): AssistantMessage {
  const names = new Map(namesGiven(message, answer))
  const calls = callsOf(message).map((call) => ({ ...call, id: names.get(call.id) ?? call.id }))
  const origin = answer.model
  const sent = withCalls(message.parts, calls)
  if (isWhole(message, answer)) return { ...message, parts: sent, origin }
  const own = sent.filter(({ type }) => type !== 'reasoning')
  const parts = isSameText(message, answer) ? withCalls(answer.parts, calls) : weave(own, answer.parts, WEAVING)
  return { ...message, parts, origin, thoughts: 'remembered' }
}

/** Whether every part has come back in its place. */
function isWhole({ parts }: AssistantMessage, answer: KeptAnswer): boolean {
  return (
    parts.length === answer.parts.length &&
    parts.every(({ type, token }, index) => type === answer.parts[index]!.type && token?.value === answer.parts[index]!.token?.value)
  )
}

const WEAVING = {
  typeOf: ({ type }: AssistantPart) => type,
  // What was signed is not this text any more.
  sign: (part: AssistantPart, { type, token }: AssistantPart) => (type === 'tool-call' && token ? { ...part, token } : part),
  write: (part: AssistantPart) => (part.type === 'reasoning' ? [part] : []),
}

/** Clients may cut what is blank, and put texts together. */
function isSameText(message: AssistantMessage, { parts }: KeptAnswer): boolean {
  const said = (text: string) => text.replaceAll(/\s+/g, '')
  return said(textOf(message)) === said(textOf({ role: 'assistant', parts }))
}

/** @param calls as the client sent them, with its breakpoints */
function withCalls(parts: readonly AssistantPart[], calls: readonly CallPart[]): AssistantPart[] {
  let next = 0
  return parts.map((part) => (part.type === 'tool-call' ? { ...calls[next++]!, ...(part.token && { token: part.token }) } : part))
}

function hasIds({ callIds }: KeptAnswer, calls: readonly CallPart[]): boolean {
  return callIds.length === calls.length && calls.every(({ id, unnamed }, index) => unnamed || id === callIds[index])
}

/**
 * A client that sends tokens back may have put them in other places than the model, as formats differ in those that they
 * have; and some keep the last piece only of what was streamed.
 */
function holdsTokens({ parts }: KeptAnswer, message: AssistantMessage): boolean {
  const kept = new Set(parts.flatMap(tokensOf))
  return message.parts.flatMap(tokensOf).every((name) => kept.has(name))
}

function tokensOf({ token }: AssistantPart): string[] {
  if (token === undefined) return []
  const names = namesOf(token)
  return names.length > 0 ? names : [token.value]
}
