import { asKind } from '../../core/kept-token.ts'
import type { AssistantPart, Reasoning } from '../../core/prompt.ts'
import { isForeign, ownToken } from '../../core/own-token.ts'
import type { AssistantTurn, Turn } from '../shared/turns.ts'
import type { Block } from './block.ts'

/**
 * What the model thought, as Anthropic gave it; the text may be empty. Without a token of its own there is none: the
 * provider refuses a block that it cannot verify.
 */
export function thinkingBlock({ text, token }: Reasoning, model: string): Block | undefined {
  const own = ownToken(token, model)
  if (own === undefined) return undefined
  const signed = asKind(own, 'signature')
  if (signed) return { type: 'thinking', thinking: text, signature: signed.value }
  const redacted = asKind(own, 'redacted')
  return redacted && { type: 'redacted_thinking', data: redacted.value }
}

/**
 * Whether thinking would be refused with this history: the steps of the turn that goes on have not the thinking that
 * they began with, or it ends with words of the model's to go on with.
 * @param mode of the thinking that is asked for; one that is `adaptive` need not have begun
 */
export function lacksThinking(turns: readonly Turn[], model: string, mode: 'enabled' | 'adaptive'): boolean {
  const last = turns.at(-1)
  if (last?.role === 'assistant') return true
  if (last === undefined || last.results.length === 0) return false
  const steps = currentSteps(turns)
  if (steps.some(({ messages }) => messages.some(({ thoughts }) => thoughts === 'lost'))) return true
  for (const { messages } of steps.toReversed()) {
    const parts = messages.flatMap((message) => message.parts)
    if (beginsWithThinking(parts, model)) return false
    if (lostThinking(parts, model) || messages.some(({ origin = model }) => origin !== model)) return true
  }
  return mode === 'enabled'
}

/** The answers since the user spoke. */
function currentSteps(turns: readonly Turn[]): AssistantTurn[] {
  const start = turns.findLastIndex((turn) => turn.role === 'user' && turn.results.length === 0)
  return turns.slice(start + 1).filter((turn) => turn.role === 'assistant')
}

/** A step without any thought is one that the model made without a new one. */
function lostThinking(parts: readonly AssistantPart[], model: string): boolean {
  return parts.some((part) => isForeign(part.token, model) || (part.type === 'reasoning' && thinkingBlock(part, model) === undefined))
}

function beginsWithThinking(parts: readonly AssistantPart[], model: string): boolean {
  const calls = parts.findIndex(({ type }) => type === 'tool-call')
  const before = calls < 0 ? parts : parts.slice(0, calls)
  return before.some((part) => part.type === 'reasoning' && thinkingBlock(part, model) !== undefined)
}

/** The blocks of a turn, with the thinking before its first call in front: without it there the provider refuses them. */
export function thinkingFirst(blocks: readonly Block[]): Block[] {
  const found = blocks.findIndex(({ type }) => type === 'tool_use')
  const calls = found < 0 ? blocks.length : found
  const before = blocks.slice(0, calls)
  return [...before.filter(isThinking), ...before.filter((block) => !isThinking(block)), ...blocks.slice(calls)]
}

export function isThinking({ type }: Block): boolean {
  return type === 'thinking' || type === 'redacted_thinking'
}
