import { callPart } from '../../core/assistant-message.ts'
import type { SystemMessage } from '../../core/prompt.ts'
import type { DraftMessage, DraftPart, DraftToolMessage } from '../draft-prompt.ts'
import { HistoryParts } from '../history-parts.ts'
import { isForeignBlock } from '../foreign-blocks.ts'
import { checkFilled, emptyMessage } from '../invalid-value.ts'
import { readToken } from '../token-envelope.ts'
import { cacheOf, withCache, withLastCache } from './cache.ts'
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
 * @throws BridgeError 400 for an empty message of the user's, for content that is not in the request, and where nothing is left
 */
export function decodeMessages({ system, messages, cache_control: cache }: Pick<CountRequest, 'system' | 'messages' | 'cache_control'>): DraftMessage[] {
  const conversation = toTurns(messages).flatMap(decodeTurn)
  checkFilled(conversation, 'messages')
  return withLastCache([...decodeSystem(system ?? ''), ...conversation], cache)
}

/**
 * One message, however many blocks: templates of many models allow no second. Only behind a breakpoint another begins;
 * `joinSystem` makes one of them for models that have none.
 */
function decodeSystem(system: NonNullable<CountRequest['system']>): SystemMessage[] {
  const blocks = typeof system === 'string' ? [{ type: 'text' as const, text: system }] : system
  const messages: SystemMessage[] = []
  let texts: { text: string }[] = []
  for (const [index, { text, cache_control: cache }] of blocks.entries()) {
    texts.push({ text: text.replace(BILLING_NOTE, '') })
    if (!cache && index < blocks.length - 1) continue
    const content = joinText(texts.filter(({ text }) => text !== ''))
    if (content !== '') messages.push({ role: 'system', content, ...cacheOf(cache) })
    texts = []
  }
  return messages
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
      else content.push(...withCache(decodeBlock(block, param), block.cache_control))
    })
    if (results.length + content.length === before && !blocks.some(({ type }) => isForeignBlock(type))) throw emptyMessage(path)
  }
  return [...results, ...(content.length > 0 ? [{ role: 'user' as const, content }] : [])]
}

function decodeToolResult({ tool_use_id: toolCallId, content, is_error: isError, cache_control: cache }: ToolResultBlock, path: string): DraftToolMessage {
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? [])
  return {
    role: 'tool',
    toolCallId,
    content: blocks.flatMap((block, index) => withCache(decodeBlock(block, `${path}[${index}]`), 'cache_control' in block ? block.cache_control : undefined)),
    ...(isError && { isError }),
    ...cacheOf(cache),
  }
}

/** Texts of several messages are paragraphs. */
function decodeAssistant(messages: readonly Located<AssistantBlock>[]): DraftMessage[] {
  const history = new HistoryParts()
  for (const [index, { blocks }] of messages.entries()) {
    if (index > 0 && saysText(blocks)) history.endParagraph()
    for (const block of blocks) addBlock(history, block)
  }
  const parts = history.parts()
  return parts.length === 0 ? [] : [{ role: 'assistant', parts }]
}

function saysText([first]: readonly AssistantBlock[]): boolean {
  return first?.type === 'text' && first.text !== ''
}

/** What only Anthropic can read means nothing to whoever answers now. */
function addBlock(history: HistoryParts, block: AssistantBlock): void {
  switch (block.type) {
    case 'text':
      if (block.text !== '') history.add({ type: 'text', text: block.text, ...cacheOf(block.cache_control) })
      break
    case 'thinking':
      history.addThought(block.thinking, readToken(block.signature, 'signature'))
      break
    case 'redacted_thinking':
      history.addThought('', readToken(block.data, 'redacted'))
      break
    case 'tool_use':
      history.add({ ...callPart({ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }), ...cacheOf(block.cache_control) })
      break
  }
}
