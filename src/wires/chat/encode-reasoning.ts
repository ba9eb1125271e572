import { callsOf } from '../../core/assistant-message.ts'
import { asKind } from '../../core/kept-token.ts'
import type { AssistantMessage, AssistantPart, Prompt, Token } from '../../core/prompt.ts'
import { isForeign, ownToken } from '../../core/own-token.ts'
import type { Target } from '../wire.ts'
import type { Dialect } from './dialect.ts'
import { addDetail, parseDetails, type ReasoningDetail } from './reasoning-details.ts'

type Json = Record<string, unknown>
export type Asked = Pick<Target, 'model' | 'form'>

/** Whether nothing in an answer is Copilot's token of the model that is asked. */
export function lacksOpaque(message: AssistantMessage, target: Asked, dialect: Dialect): boolean {
  return opaqueOf(ownTokens(message, target), dialect) === ''
}

/** The fields with which an assistant's message carries what the model thought. */
export function encodeReasoning(message: AssistantMessage, target: Asked, dialect: Dialect): Json {
  const own = ownDetails(message, target, dialect)
  const details = [...own, ...missingSignature(message, own, target, dialect)]
  if (details.length > 0) return { reasoning_details: details }
  const opaque = opaqueOf(ownTokens(message, target), dialect)
  if (opaque !== '') return { ...visible('reasoning_text', ownParts(message, target)), reasoning_opaque: opaque }
  if (dialect.reasoning === undefined) return {}
  // A model that does not think has no use for the thoughts of another, and its server may not know the field.
  if (!isThinking(target)) return visible(dialect.reasoning, ownParts(message, target))
  return { ...missingText(message, target, dialect), ...visible(dialect.reasoning, message.parts) }
}

/** Families whose models think, whatever the user's configuration knows of them. */
const THINKING = /deepseek|kimi|moonshot|glm|qwen|minimax|mimo|gpt-oss/i

export function isThinking({ model, form }: Asked): boolean {
  return model.reasoning || THINKING.test(form.apiModel)
}

/**
 * Whether a step of the turn that goes on is without the tokens that came with it. Anthropic's models refuse to think
 * on after it.
 */
export function lacksDetails({ messages }: Pick<Prompt, 'messages'>, target: Asked, dialect: Dialect): boolean {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  return turn.some((message) => message.role === 'assistant' && callsOf(message).length > 0 && ownDetails(message, target, dialect).length === 0)
}

/** DeepSeek refuses any answer of its own without its reasoning, the others one with calls; they take an empty one for what is lost. */
function missingText(message: AssistantMessage, { form }: Asked, { reasoning }: Dialect): Json {
  const isWanted = callsOf(message).length > 0 || /deepseek/i.test(form.apiModel)
  return reasoning === 'reasoning_content' && isWanted ? { reasoning_content: '' } : {}
}

/** Google's own word for a call that no model of theirs signed, in OpenRouter's form. */
function missingSignature(message: AssistantMessage, details: readonly ReasoningDetail[], { form }: Asked, { reasoningObject }: Dialect): ReasoningDetail[] {
  const [call] = callsOf(message)
  if (!reasoningObject || call === undefined || !/gemini/i.test(form.apiModel) || details.some(({ type }) => type === 'reasoning.encrypted')) return []
  return [{ type: 'reasoning.encrypted', data: 'skip_thought_signature_validator', id: call.id, format: 'google-gemini-v1', index: details.length }]
}

function visible(field: string, parts: readonly AssistantPart[]): Json {
  const text = parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
  return text === '' ? {} : { [field]: text }
}

function ownParts({ parts, origin = '' }: AssistantMessage, { model }: Asked): AssistantPart[] {
  return origin !== '' && origin !== model.id ? [] : parts.filter(({ token }) => !isForeign(token, model.id))
}

function ownTokens(message: AssistantMessage, target: Asked): Token[] {
  return message.parts.flatMap(({ token }) => ownToken(token, target.model.id) ?? [])
}

/** Several tokens of one message are pieces of one list. */
function ownDetails(message: AssistantMessage, target: Asked, dialect: Dialect): ReasoningDetail[] {
  const tokens = ownTokens(message, target)
  const lists = tokens.filter((token) => isTaken(token, 'details', dialect)).map(({ value }) => parseDetails(value))
  if (lists.length < 2) return lists[0] ?? keptDetails(tokens)
  const merged: ReasoningDetail[] = []
  for (const detail of lists.flat()) addDetail(merged, detail)
  return merged
}

/** opencode keeps the whole list with the reasoning and with the first call. */
function keptDetails(tokens: readonly Token[]): ReasoningDetail[] {
  return (
    keptOf(tokens, 'details')
      .map(({ value }) => parseDetails(value))
      .find((list) => list.length > 0) ?? []
  )
}

function opaqueOf(tokens: readonly Token[], dialect: Dialect): string {
  const pieces = tokens.filter((token) => isTaken(token, 'opaque', dialect)).map(({ value }) => value)
  if (pieces.length > 0) return pieces.join('')
  return keptOf(tokens, 'opaque')[0]?.value ?? ''
}

/** What opencode's own sessions kept of a kind. */
function keptOf(tokens: readonly Token[], kind: 'details' | 'opaque'): Token[] {
  return tokens.flatMap((token) => (token.kind === 'metadata' && asKind(token, kind)) || [])
}

/** What the very model gave it takes back; of a raw token only the field is known. */
function isTaken({ kind, origin }: Token, wanted: 'details' | 'opaque', dialect: Dialect): boolean {
  return kind === wanted && (origin !== undefined || dialect.tokens.includes(wanted))
}
