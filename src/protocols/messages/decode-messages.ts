import { callPart } from '../../core/assistant-message.ts'
import type { AssistantPart, SystemMessage } from '../../core/prompt.ts'
import type { DraftMessage, DraftPart, DraftToolMessage } from '../draft-prompt.ts'
import { emptyMessage } from '../invalid-value.ts'
import { checkHistory } from './check-history.ts'
import { decodeBlock } from './decode-content.ts'
import type { AssistantBlock, CountRequest, ToolResultBlock, UserBlock } from './schema.ts'
import { joinText, type Located, toTurns, type Turn } from './turns.ts'

/**
 * Claude Code's first system block: a note for Anthropic's accounting that differs with every request, so that no
 * other provider could ever find a prompt in its cache.
 */
const BILLING_NOTE = /^x-anthropic-billing-header:[^\n]*\n*/

/**
 * Turns the system prompt and the messages of a request into those of a prompt.
 * @param continues whether the first turn may hold results of calls that were made before
 * @throws BridgeError 400 for calls and results that do not match, for an empty message of the user's, and for content
 *   that is not in the request
 */
export function decodeMessages({ system, messages }: Pick<CountRequest, 'system' | 'messages'>, continues = false): DraftMessage[] {
  const turns = toTurns(messages)
  checkHistory(turns, continues)
  return [...decodeSystem(system ?? ''), ...turns.flatMap(decodeTurn)]
}

/** One message, however many blocks: templates of many models allow no second. */
function decodeSystem(system: NonNullable<CountRequest['system']>): SystemMessage[] {
  const blocks = typeof system === 'string' ? [{ text: system }] : system
  const texts = blocks.map(({ text }) => ({ text: text.replace(BILLING_NOTE, '') })).filter(({ text }) => text !== '')
  return texts.length === 0 ? [] : [{ role: 'system', content: joinText(texts) }]
}

function decodeTurn(turn: Turn): DraftMessage[] {
  switch (turn.role) {
    case 'system':
      return turn.text === '' ? [] : [{ role: 'system', content: turn.text }]
    case 'user':
      return decodeUser(turn.messages)
    case 'assistant':
      return decodeAssistant(turn.messages)
  }
}

/** The results of tools come first, as providers want them right after the calls. */
function decodeUser(messages: readonly Located<UserBlock>[]): DraftMessage[] {
  const results: DraftToolMessage[] = []
  const content: DraftPart[] = []
  for (const { path, blocks } of messages) {
    const before = results.length + content.length
    blocks.forEach((block, index) => {
      const param = `${path}[${index}]`
      if (block.type === 'tool_result') results.push(decodeToolResult(block, `${param}.content`))
      else content.push(...decodeBlock(block, param))
    })
    if (results.length + content.length === before) throw emptyMessage(path)
  }
  return [...results, ...(content.length > 0 ? [{ role: 'user' as const, content }] : [])]
}

function decodeToolResult({ tool_use_id: toolCallId, content, is_error: isError }: ToolResultBlock, path: string): DraftToolMessage {
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? [])
  return {
    role: 'tool',
    toolCallId,
    content: blocks.flatMap((block, index) => decodeBlock(block, `${path}[${index}]`)),
    ...(isError && { isError }),
  }
}

/** What only Anthropic can read means nothing to whoever answers now. */
function decodeAssistant(messages: readonly Located<AssistantBlock>[]): DraftMessage[] {
  const parts = messages.reduce<AssistantPart[]>((before, { blocks }) => join(before, blocks.flatMap(decodeAnswerBlock)), [])
  return parts.length === 0 ? [] : [{ role: 'assistant', parts }]
}

function decodeAnswerBlock(block: AssistantBlock): AssistantPart[] {
  switch (block.type) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }]
    case 'thinking':
      return block.thinking === '' ? [] : [{ type: 'reasoning', text: block.thinking }]
    case 'tool_use':
      return [callPart({ id: block.id, name: block.name, arguments: JSON.stringify(block.input) })]
    default:
      return []
  }
}

/** Messages of one turn are paragraphs of it. */
function join(before: readonly AssistantPart[], parts: readonly AssistantPart[]): AssistantPart[] {
  const [last, first] = [before.at(-1), parts[0]]
  if (last?.type !== 'text' || first?.type !== 'text') return [...before, ...parts]
  return [...before.slice(0, -1), { ...last, text: `${last.text}\n\n` }, ...parts]
}
