import { parseObject } from '../../core/json-text.ts'
import type { HostedUse } from '../../core/hosted.ts'
import type { Token, ToolCall } from '../../core/prompt.ts'
import type { AnswerPart } from '../answer-parts.ts'
import { hiddenThought, type TokenPlace, wrapToken, writeToken } from '../token-envelope.ts'
import { citationsOf, hostedBlocks } from './hosted-blocks.ts'
import type { JsonBlock, JsonRedactedBlock, JsonTextBlock, JsonThinkingBlock, JsonToolUseBlock } from './shapes.ts'

export interface PartContext {
  showThoughts: boolean
  endsTurn: boolean
  messageId: string
  /** What the bridge did for the model before it. */
  uses: readonly HostedUse[]
}

/**
 * The blocks of one part. A token that is not of a thought has one of its own, behind its part; but not at the end of a turn, where
 * programs look for the text (`claude -p` prints the last block): no provider demands a text's token once the turn is over.
 */
export function partBlocks(part: AnswerPart, { showThoughts, endsTurn, messageId, uses }: PartContext): JsonBlock[] {
  switch (part.type) {
    case 'hosted':
      return hostedBlocks(part.use, messageId)
    case 'refusal':
      return [textBlock(part.text)]
    case 'text':
      return [...(part.text === '' ? [] : [citedBlock(part.text, uses)]), ...(part.token && !endsTurn ? [tokenBlock(part.token, { part: 'text' })] : [])]
    case 'reasoning':
      if (part.token === undefined) return showThoughts ? [thinkingBlock(part.text, '')] : []
      if (part.text === '' || !showThoughts) return [tokenBlock(part.token, hiddenThought(part.token, part.text))]
      return [thinkingBlock(part.text, writeToken(part.token, 'signature'))]
    case 'tool-call':
      return [toolUseBlock(part, parseInput(part.arguments)), ...(part.token ? [tokenBlock(part.token, { part: 'tool-call', id: part.id })] : [])]
  }
}

/** The text with what of the pages that were found it names. */
function citedBlock(text: string, uses: readonly HostedUse[]): JsonTextBlock {
  const citations = citationsOf(text, uses)
  return { ...textBlock(text), ...(citations.length > 0 && { citations }) }
}

export function textBlock(text: string): JsonTextBlock {
  return { type: 'text', text }
}

export function thinkingBlock(thinking: string, signature: string): JsonThinkingBlock {
  return { type: 'thinking', thinking, signature }
}

/** The block of a token without a text. */
export function tokenBlock(token: Token, place?: TokenPlace): JsonThinkingBlock | JsonRedactedBlock {
  if (place !== undefined && place.part !== 'reasoning') return thinkingBlock('', wrapToken(token, place))
  if (token.kind === 'redacted') return { type: 'redacted_thinking', data: writeToken(token, 'redacted', place) }
  return thinkingBlock('', writeToken(token, 'signature', place))
}

export function toolUseBlock({ id, name }: Pick<ToolCall, 'id' | 'name'>, input: Record<string, unknown>): JsonToolUseBlock {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } }
}

/** The arguments of a call; text that is no JSON object is handed on in the wrapper that Anthropic advises for it. */
export function parseInput(args: string): Record<string, unknown> {
  if (args.trim() === '') return {}
  return parseObject(args) ?? { INVALID_JSON: args }
}

/** Whether the arguments of a call are all there. */
export function isWhole(args: string): boolean {
  return args.trimEnd().endsWith('}') && parseObject(args) !== undefined
}
