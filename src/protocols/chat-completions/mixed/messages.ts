import { isObject, objectsIn } from '../../../core/json-value.ts'
import { markError } from '../../../core/tool-result.ts'
import type { Json } from './json.ts'
import { contentOf } from './parts.ts'

/**
 * Messages whose content may have Anthropic's blocks of calls and results, and parts of Responses.
 * @returns the very list where there are none
 */
export function messagesOf(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages
  const own = messages.map((message: unknown) => (isObject(message) ? messageOf(message) : [message]))
  return own.some((list, index) => list.length !== 1 || list[0] !== messages[index]) ? own.flat() : messages
}

function messageOf(message: Json): unknown[] {
  const blocks = objectsIn(message.content)
  if (message.role === 'assistant' && blocks.some(({ type }) => MODEL_BLOCKS.has(type))) return [answerOf(message, blocks)]
  if (message.role === 'user' && blocks.some(({ type }) => type === 'tool_result')) return resultsOf(message, blocks)
  const content = contentOf(message.content)
  return [content === message.content ? message : { ...message, content }]
}

const MODEL_BLOCKS: ReadonlySet<unknown> = new Set(['tool_use', 'thinking', 'redacted_thinking'])

/** What the model said, called and thought; a signature means nothing to whoever gets it here. */
function answerOf(message: Json, blocks: Json[]): Json {
  const others = contentOf(blocks.filter(({ type }) => !MODEL_BLOCKS.has(type))) as unknown[]
  const calls = blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ type: _type, id, name, input, caller: _caller, ...rest }) => ({ ...rest, ...call(id, name, JSON.stringify(input ?? {})) }))
  const thoughts = blocks.map(({ type, thinking }) => (type === 'thinking' && typeof thinking === 'string' ? thinking : '')).join('')
  return {
    ...message,
    content: others.length > 0 ? others : null,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
    ...(calls.length > 0 && { tool_calls: [...objectsIn(message.tool_calls), ...calls] }),
  }
}

/** The results first: they belong to the calls right before. */
function resultsOf(message: Json, blocks: Json[]): Json[] {
  const results = blocks.filter(({ type }) => type === 'tool_result').map((block) => resultOf(block.tool_use_id, block.content, block.is_error === true))
  const others = contentOf(blocks.filter(({ type }) => type !== 'tool_result')) as unknown[]
  return [...results, ...(others.length > 0 ? [{ ...message, content: others }] : [])]
}

export function call(id: unknown, name: unknown, args: unknown): Json {
  return { id, type: 'function', function: { name, arguments: args } }
}

/** Chat Completions have no mark for a tool that failed. */
export function resultOf(id: unknown, result: unknown, failed = false): Json {
  const content = contentOf(result ?? '')
  if (!failed) return { role: 'tool', tool_call_id: id, content: isEmpty(content) ? '' : content }
  const [first, ...others] = typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content)
  const text = first?.type === 'text' ? String(first.text) : ''
  return {
    role: 'tool',
    tool_call_id: id,
    content: [{ type: 'text', text: markError(text || 'Error') }, ...(first === undefined || first.type === 'text' ? others : [first, ...others])],
  }
}

function isEmpty(content: unknown): boolean {
  return Array.isArray(content) && content.length === 0
}
