import type { SystemMessage, ToolMessage } from '../../core/prompt.ts'
import type { DraftMessage, DraftPart } from '../draft-prompt.ts'
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

/** What a tool's result has in the place of a file, which only a user's message can hold. */
const FILE_FOLLOWS = '[A file, in the next message.]'

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
  const results: ToolMessage[] = []
  const content: DraftPart[] = []
  for (const { path, blocks } of messages) {
    const before = results.length + content.length
    blocks.forEach((block, index) => {
      const param = `${path}[${index}]`
      if (block.type !== 'tool_result') {
        content.push(...decodeBlock(block, param))
        return
      }
      const { message, files } = decodeToolResult(block, `${param}.content`)
      results.push(message)
      content.push(...files)
    })
    if (results.length + content.length === before) throw emptyMessage(path)
  }
  return [...results, ...(content.length > 0 ? [{ role: 'user' as const, content }] : [])]
}

function decodeToolResult({ tool_use_id: toolCallId, content, is_error: isError }: ToolResultBlock, path: string): { message: ToolMessage; files: DraftPart[] } {
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? [])
  const parts = blocks.flatMap((block, index) => decodeBlock(block, `${path}[${index}]`))
  const files = parts.filter((part) => part.type !== 'text')
  const text = parts.map((part) => (part.type === 'text' ? part.text : FILE_FOLLOWS)).join('\n')
  return {
    message: { role: 'tool', toolCallId, content: isError ? markError(text) : text },
    files: files.length === 0 ? [] : [{ type: 'text', text: `From the result of ${toolCallId}:` }, ...files],
  }
}

/** Elsewhere a result has no field that says so. */
function markError(text: string): string {
  return /^\W*(\w+ ?){0,3}error/i.test(text) ? text : `Error: ${text}`
}

/** The signature of thinking, and what only Anthropic can read, mean nothing to whoever answers now. */
function decodeAssistant(messages: readonly Located<AssistantBlock>[]): DraftMessage[] {
  const blocks = messages.flatMap((message) => message.blocks)
  const text = messages
    .map((message) => message.blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''))
    .filter((content) => content !== '')
    .join('\n\n')
  const reasoning = blocks.flatMap((block) => (block.type === 'thinking' && block.thinking !== '' ? [block.thinking] : [])).join('\n\n')
  const toolCalls = blocks.flatMap((block) =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : [],
  )
  if (text === '' && reasoning === '' && toolCalls.length === 0) return []
  return [{ role: 'assistant', content: text, ...(reasoning !== '' && { reasoning }), toolCalls }]
}
