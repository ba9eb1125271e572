import { type Json, firstDuplicate, isBlank, isRecord, unknownKey } from '../check.ts'
import type { Entry } from '../history.ts'
import { anthropicRefusal, extraInput, invalid, required } from './errors.ts'
import { traitsOf } from './models.ts'

/** Fields of the blocks, from the `*BlockParam`s of @anthropic-ai/sdk 1.11; blocks of Anthropic's own tools are not looked into. */
const BLOCK_KEYS: Record<string, ReadonlySet<string>> = {
  text: new Set(['type', 'text', 'cache_control', 'citations']),
  image: new Set(['type', 'source', 'cache_control', 'transformations']),
  document: new Set(['type', 'source', 'cache_control', 'citations', 'context', 'title']),
  thinking: new Set(['type', 'thinking', 'signature']),
  redacted_thinking: new Set(['type', 'data']),
  tool_use: new Set(['type', 'id', 'input', 'name', 'cache_control', 'caller', 'toolset_name']),
  tool_result: new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control', 'toolset_name']),
}
const HOSTED = /^(search_result|server_tool_use|container_upload|mcp_tool_\w+|\w+_tool_result)$/
const BY_ROLE: Record<string, readonly string[]> = {
  user: ['text', 'image', 'document', 'tool_result'],
  assistant: ['text', 'thinking', 'redacted_thinking', 'tool_use'],
}
const CALL_ID = /^[a-zA-Z0-9_-]+$/
const MAX_BREAKPOINTS = 4

/** A message with its blocks. */
export interface CheckedMessage {
  role: 'user' | 'assistant'
  blocks: Json[]
}

/**
 * Checks the messages' form, `system` included. Neighbours of one role come back as the one message that they are to Anthropic;
 * what is said to the model between them is left out.
 */
export function checkMessages({ model, messages, system, tools }: Json): CheckedMessage[] {
  if (!Array.isArray(messages)) throw invalid('messages', 'Input should be a valid array')
  if (messages.length === 0) throw anthropicRefusal('empty-messages', 'messages: at least one message is required')
  const checked = messages.flatMap((message: unknown, index: number) =>
    isRecord(message) && message.role === 'system' ? checkSystemMessage(message, messages[index - 1], model) : [checkMessage(message, index, messages.length)],
  )
  if (checked[0]!.role !== 'user') throw anthropicRefusal('first-role', 'messages: first message must use the "user" role')
  const systemBlocks = checkSystem(system)
  const breakpoints = [...systemBlocks, ...(Array.isArray(tools) ? tools : []), ...checked.flatMap(({ blocks }) => blocks)].filter(
    (block) => !isBlank(block?.cache_control),
  ).length
  if (breakpoints > MAX_BREAKPOINTS) throw anthropicRefusal('cache-control', `A maximum of 4 blocks with cache_control may be provided. Found ${breakpoints}.`)
  const last = checked.at(-1)!
  const ending = last.role === 'assistant' ? last.blocks.at(-1) : undefined
  if (ending?.type === 'text' && ending.text !== ending.text.trimEnd())
    throw anthropicRefusal('trailing-whitespace', 'messages: final assistant content cannot end with trailing whitespace')
  const merged = mergeNeighbours(checked)
  checkCalls(merged)
  return merged
}

function mergeNeighbours(messages: readonly CheckedMessage[]): CheckedMessage[] {
  return messages.reduce<CheckedMessage[]>((merged, { role, blocks }) => {
    const last = merged.at(-1)
    if (last?.role !== role) return [...merged, { role, blocks }]
    return [...merged.slice(0, -1), { role, blocks: [...last.blocks, ...blocks] }]
  }, [])
}

/** What the checked messages say, in the common form. */
export function entriesOf(messages: readonly CheckedMessage[]): Entry[] {
  return messages.flatMap(({ role, blocks }, index): Entry[] => {
    const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
    if (role === 'assistant') return [{ role, text, calls: blocks.filter(({ type }) => type === 'tool_use').map(({ id, name }) => ({ id, name })) }]
    const results = new Map(blocks.flatMap((block) => (block.type === 'tool_result' ? [[block.tool_use_id, resultText(block.content)] as const] : [])))
    if (results.size === 0) return [{ role, text }]
    const order: string[] = messages[index - 1]!.blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
    const inOrder: Entry = { role: 'results', results: order.flatMap((id) => results.get(id) ?? []) }
    return text === '' ? [inOrder] : [inOrder, { role: 'user', text }]
  })
}

function checkSystemMessage({ content }: Json, before: unknown, model: string): [] {
  if (!traitsOf(model).takesSystemMessages) throw anthropicRefusal('role', "role 'system' is not supported on this model")
  if (!isRecord(before) || before.role !== 'user') throw anthropicRefusal('role', 'messages: a message with role "system" must follow one with role "user"')
  if (isBlank(content) || content === '') throw required('messages.content')
  checkSystem(content)
  return []
}

function checkMessage(message: unknown, index: number, count: number): CheckedMessage {
  const path = `messages.${index}`
  if (!isRecord(message)) throw invalid(path, 'Input should be an object')
  const stranger = unknownKey(message, new Set(['role', 'content']))
  if (stranger !== undefined) throw extraInput(`${path}.${stranger}`)
  if (message.role !== 'user' && message.role !== 'assistant') throw anthropicRefusal('role', `${path}.role: Input should be 'user' or 'assistant'`)
  if (isBlank(message.content)) throw required(`${path}.content`)
  const blocks: unknown = typeof message.content === 'string' ? (message.content === '' ? [] : [{ type: 'text', text: message.content }]) : message.content
  if (!Array.isArray(blocks)) throw invalid(`${path}.content`, 'Input should be a valid string or array')
  // Only the last message, where the assistant's answer is begun, may be empty.
  if (blocks.length === 0 && !(message.role === 'assistant' && index === count - 1)) {
    throw anthropicRefusal('empty-content', `${path}: all messages must have non-empty content except for the optional final assistant message`)
  }
  blocks.forEach((block, at) => checkBlock(block, `${path}.content.${at}`, message.role))
  return { role: message.role, blocks }
}

function checkSystem(system: unknown): Json[] {
  if (isBlank(system) || typeof system === 'string') return []
  if (!Array.isArray(system)) throw invalid('system', 'Input should be a valid string or array')
  system.forEach((block, index) => {
    if (block?.type !== 'text') throw invalid(`system.${index}.type`, "Input should be 'text'")
    checkBlock(block, `system.${index}`, 'user', 'system')
  })
  return system
}

function checkBlock(block: unknown, path: string, role: string, of = 'messages'): void {
  if (!isRecord(block)) throw invalid(path, 'Input should be an object')
  const known = BLOCK_KEYS[block.type]
  if (!known && HOSTED.test(block.type)) return
  if (!known || !BY_ROLE[role]!.includes(block.type)) {
    throw anthropicRefusal(
      'block-type',
      `${path}: Input tag '${block.type}' found using 'type' does not match any of the expected tags: ${BY_ROLE[role]!.map((type) => `'${type}'`).join(', ')}`,
    )
  }
  const stranger = unknownKey(block, known)
  if (stranger !== undefined) throw extraInput(`${path}.${block.type}.${stranger}`)
  if (block.type === 'text') checkText(block, path, of)
  if (block.type === 'thinking')
    for (const field of ['thinking', 'signature']) if (typeof block[field] !== 'string') throw required(`${path}.thinking.${field}`)
  if (block.type === 'redacted_thinking' && typeof block.data !== 'string') throw required(`${path}.redacted_thinking.data`)
  if (block.type === 'tool_use') checkCall(block, `${path}.tool_use`)
  if (block.type === 'tool_result') checkResult(block, `${path}.tool_result`)
  if (['image', 'document'].includes(block.type) && !isRecord(block.source)) throw required(`${path}.${block.type}.source`)
}

function checkText({ text, cache_control }: Json, path: string, of: string): void {
  if (typeof text !== 'string') throw required(`${path}.text.text`)
  if (text === '' && !isBlank(cache_control)) throw anthropicRefusal('empty-text', `${path}.text: cache_control cannot be set for empty text blocks`)
  if (text === '') throw anthropicRefusal('empty-text', `${of}: text content blocks must be non-empty`)
  if (text.trim() === '') throw anthropicRefusal('empty-text', `${of}: text content blocks must contain non-whitespace text`)
}

function checkCall({ id, name, input }: Json, path: string): void {
  if (typeof id !== 'string') throw required(`${path}.id`)
  if (!CALL_ID.test(id)) throw anthropicRefusal('call-id', `${path}.id: String should match pattern '^[a-zA-Z0-9_-]+$'`)
  if (typeof name !== 'string') throw required(`${path}.name`)
  if (name.length < 1 || name.length > 200) throw invalid(`${path}.name`, 'String should have at most 200 characters')
  if (isBlank(input)) throw required(`${path}.input`)
  if (!isRecord(input)) throw anthropicRefusal('call-input', `${path}.input: Input should be an object`)
}

function checkResult({ tool_use_id, content }: Json, path: string): void {
  if (typeof tool_use_id !== 'string') throw required(`${path}.tool_use_id`)
  if (isBlank(content) || typeof content === 'string') return
  if (!Array.isArray(content)) throw invalid(`${path}.content`, 'Input should be a valid string or array')
  content.forEach((block, index) => checkBlock(block, `${path}.content.${index}`, 'user'))
}

/** Every call has its result at the beginning of the next message, and every result its call in the message before. */
function checkCalls(messages: readonly CheckedMessage[]): void {
  const ids = messages.flatMap(({ blocks }) => blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id as string] : [])))
  if (firstDuplicate(ids) !== undefined) throw anthropicRefusal('call-id', 'messages: `tool_use` ids must be unique')
  messages.forEach(({ role, blocks }, index) => {
    const next = messages[index + 1]
    const calls: string[] = role === 'assistant' && next ? blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id) : []
    const answered = leadingResults(next?.blocks ?? [])
    const open = calls.filter((id) => !answered.includes(id))
    if (open.length > 0)
      throw anthropicRefusal(
        'call-without-result',
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      )
    const before = messages[index - 1]?.blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])) ?? []
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id as string] : []))
    const strange = results.find((id) => !before.includes(id))
    if (strange !== undefined)
      throw anthropicRefusal(
        'result-without-call',
        `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${strange}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      )
    if (firstDuplicate(results) !== undefined)
      throw anthropicRefusal(
        'result-twice',
        `messages.${index}.content.1: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${firstDuplicate(results)}`,
      )
  })
}

/** Results come first: text before them would stand between a call and its result. */
function leadingResults(blocks: readonly Json[]): string[] {
  const end = blocks.findIndex(({ type }) => type !== 'tool_result')
  return blocks.slice(0, end === -1 ? blocks.length : end).map(({ tool_use_id }) => tool_use_id)
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((block) => (block.type === 'text' ? block.text : '')).join('') : ''
}
