import { canonicalJson, isBlank, type Json } from '../check.ts'
import { type IssuedAnswer, type IssuedPiece, thinkingOf } from '../ledger.ts'
import type { Refusal } from '../refusal.ts'
import type { Owner, Subject, TokenFault } from '../tokens.ts'
import type { WireContext } from '../wire.ts'
import { anthropicRefusal } from './errors.ts'
import type { CheckedMessage } from './messages.ts'
import { traitsOf } from './models.ts'
import type { Thinking } from './parameters.ts'

export interface Conversation {
  owner: Owner
  body: Json
  messages: readonly CheckedMessage[]
  thinking: Thinking
}

/**
 * Checks what came back of the model's thinking: every block is one that this model gave, unaltered; those of the current
 * turn are all there, in their order, the first of them first. Turns before may leave theirs out.
 */
export function checkThinking(conversation: Conversation, context: WireContext): void {
  const { messages, thinking, owner } = conversation
  const dropped = new Set<Json>()
  messages.forEach(({ blocks }, index) =>
    blocks.forEach((block, at) => {
      if (block.type !== 'thinking' && block.type !== 'redacted_thinking') return
      const token: string = block.type === 'thinking' ? block.signature : block.data
      const fault = context.check(token, owner, subjectOf(block, prefixOf(conversation, index, at)))
      if (fault === 'prefix' && thinking.onPrefixMismatch === 'drop_block') {
        context.lose('anthropic/prefix', `messages.${index}.content.${at} was dropped: the conversation before it was changed`)
        dropped.add(block)
      } else if (fault !== undefined) throw badToken(block, `messages.${index}.content.${at}`, fault)
    }),
  )
  if (messages.at(-1)!.role === 'assistant' && thinking.mode !== 'disabled') throw prefilled(conversation)
  const start = messages.findLastIndex(({ role, blocks }) => role === 'user' && !blocks.some(({ type }) => type === 'tool_result'))
  messages.forEach(({ role, blocks }, index) => {
    if (role === 'assistant')
      checkAnswer(
        blocks.filter((block) => !dropped.has(block)),
        index,
        index > start,
        { conversation, context, excused: dropped.size > 0 },
      )
  })
}

interface Checking {
  conversation: Conversation
  context: WireContext
  /** Whether blocks were dropped by the vendor itself. */
  excused: boolean
}

function checkAnswer(blocks: readonly Json[], index: number, current: boolean, { conversation, context, excused }: Checking): void {
  const { owner, thinking, messages } = conversation
  const ids: string[] = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
  if (ids.length === 0 || thinking.mode === 'disabled' || excused) return
  const known = context.answersWithCalls(owner, ids)
  const intact = known.some((answer) => sameOrder(blocks, answer))
  if (intact) return
  if (!current) {
    if (known.length > 0) context.lose('anthropic/thinking-lost', `messages.${index} came back without its thinking`, 'earlier')
    return
  }
  const first: string = blocks[0]!.type
  const isLast = index === messages.findLastIndex(({ role }) => role === 'assistant')
  const startsWrong = first !== 'thinking' && first !== 'redacted_thinking'
  const thought = known.some((answer) => thinkingOf(answer).length > 0)
  if (startsWrong && (thought || (thinking.mode === 'enabled' && isLast && known.length === 0))) {
    throw anthropicRefusal(
      'thinking-first',
      `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`,
    )
  }
  if (known.length > 0) {
    const at = Math.max(
      0,
      blocks.findIndex(({ type }) => type.endsWith('thinking')),
    )
    throw anthropicRefusal(
      'thinking-modified',
      `messages.${index}.content.${at}: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.`,
    )
  }
}

function prefilled({ body, messages }: Conversation): Refusal {
  if (traitsOf(body.model).adaptiveOnly)
    return anthropicRefusal('prefill', 'This model does not support assistant message prefill. The conversation must end with a user message.')
  return anthropicRefusal('prefill', `messages.${messages.length - 1}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`text\`.`)
}

/** Whether thinking and calls stand as they stood in the answer. Texts may be gone, as empty ones have to be. */
function sameOrder(blocks: readonly Json[], answer: IssuedAnswer): boolean {
  const given = blocks.flatMap((block) => (block.type === 'text' ? [] : [block.signature ?? block.data ?? block.id]))
  const expected = answer.pieces.flatMap((piece) => (piece.type === 'text' ? [] : [piece.type === 'call' ? piece.id : piece.token]))
  return given.length === expected.length && given.every((token, index) => token === expected[index])
}

function subjectOf(block: Json, prefix: string | undefined): Subject {
  const subject = block.type === 'thinking' ? { kind: 'thinking', content: block.thinking as string } : { kind: 'redacted', content: '' }
  return prefix === undefined ? subject : { ...subject, prefix }
}

/** The subject of thinking that is about to be given, after `before` of the same answer. */
export function subjectOfNext(piece: { text: string; redacted: boolean }, before: readonly IssuedPiece[], conversation: Conversation): Subject {
  const block = piece.redacted ? { type: 'redacted_thinking' } : { type: 'thinking', thinking: piece.text }
  const grown = { ...conversation, messages: [...conversation.messages, { role: 'assistant' as const, blocks: before.map(blockOf) }] }
  return subjectOf(block, prefixOf(grown, conversation.messages.length, before.length))
}

/** A piece as a block of the answer. */
export function blockOf(piece: IssuedPiece): Json {
  if (piece.type === 'text') return { type: 'text', text: piece.text }
  if (piece.type === 'call') return { type: 'tool_use', id: piece.id, name: piece.name, input: piece.arguments, caller: { type: 'direct' } }
  return piece.redacted ? { type: 'redacted_thinking', data: piece.token } : { type: 'thinking', thinking: piece.text, signature: piece.token }
}

/**
 * All that stands before a block, of models that bind thinking to it: tools, system, messages
 * (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking/prefix-checks). Cache breakpoints are no part of it.
 */
function prefixOf({ body, messages }: Conversation, index: number, at: number): string | undefined {
  if (!traitsOf(body.model).bound) return undefined
  const before = messages.slice(0, index).map(({ role, blocks }) => ({ role, blocks: blocks.map(essence) }))
  const system = typeof body.system === 'string' ? [{ type: 'text', text: body.system }] : (body.system ?? [])
  return canonicalJson({ tools: (body.tools ?? []).map(essence), system: system.map(essence), before, own: messages[index]?.blocks.slice(0, at).map(essence) })
}

/** Fields that say nothing of what a block is. */
const FORM = new Set(['cache_control', 'caller'])

/** A block without what may differ in form alone. */
function essence(block: Json): Json {
  const kept = Object.fromEntries(Object.entries(block).filter(([key, value]) => !FORM.has(key) && !isBlank(value) && value !== false))
  if (block.type !== 'tool_result') return kept
  return { ...kept, content: typeof block.content === 'string' ? [{ type: 'text', text: block.content }] : (block.content ?? []).map(essence) }
}

function badToken({ type }: Json, path: string, fault: TokenFault): Refusal {
  const what = type === 'thinking' ? '`signature` in `thinking` block' : '`data` in `redacted_thinking` block'
  const why =
    fault === 'prefix'
      ? '. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'
      : ''
  return anthropicRefusal(`${fault}-token`, `${path}: Invalid ${what}${why}`)
}
