import { changesOf } from '../../core/change-list.ts'
import { isObject } from '../../core/json-value.ts'
import type { AssistantPart, Prompt } from '../../core/prompt.ts'
import { weave } from '../../core/weave.ts'
import type { Adapted } from '../shared/adapted.ts'
import { CallCursor } from '../shared/call-cursor.ts'
import { toConversation } from '../shared/turns.ts'
import type { Target } from '../wire.ts'
import { isThinking, lacksThinking, thinkingBlock } from './thinking-blocks.ts'
import { withBinding } from './thinking.ts'

type Json = Record<string, unknown>

/** Thinking goes where its answer had it; where it is lost, there is none in this turn. */
export function mendHistory(body: Readonly<Json>, prompt: Prompt | undefined, { model, form }: Omit<Target, 'stream'>): Adapted {
  if (prompt === undefined) return { changes: {}, ignored: [] }
  const answers = new CallCursor(prompt.messages)
  const changes = changesOf(body, 'messages', (message) => [withThinking(message, answers, model.id)])
  if (!isRefused(body.thinking, prompt, model.id)) return { changes, ignored: [] }
  return { changes: { ...changes, thinking: withBinding(undefined, form.defaults), ...withoutClearing(body) }, ignored: ['thinking'] }
}

function withThinking(message: Json, answers: CallCursor, model: string): Json {
  if (message.role !== 'assistant' || !Array.isArray(message.content)) return message
  const blocks: unknown[] = message.content
  const answer = answers.next(blocks.flatMap((block) => (typeOf(block) === 'tool-call' ? [(block as Json).id as string] : [])))
  if (answer?.thoughts !== 'remembered') return message
  const sign = (block: unknown, part: AssistantPart) => blocksOf(part, model)[0] ?? block
  return { ...message, content: weave(blocks, answer.parts, { typeOf, sign, write: (part) => blocksOf(part, model) }) }
}

function blocksOf(part: AssistantPart, model: string): unknown[] {
  const block = part.type === 'reasoning' ? thinkingBlock(part, model) : undefined
  return block === undefined ? [] : [block]
}

function typeOf(block: unknown): AssistantPart['type'] | undefined {
  if (!isObject(block) || typeof block.type !== 'string') return undefined
  if (isThinking(block as Json & { type: string })) return 'reasoning'
  if (block.type === 'tool_use') return 'tool-call'
  return block.type === 'text' ? 'text' : undefined
}

/** Words for the model to go on with are the client's own business. */
function isRefused(thinking: unknown, { messages }: Prompt, model: string): boolean {
  if (!isObject(thinking) || (thinking.type !== 'enabled' && thinking.type !== 'adaptive')) return false
  const { turns } = toConversation(messages)
  return turns.at(-1)?.role === 'user' && lacksThinking(turns, model, thinking.type)
}

/** Thoughts can be cleared only where there are some. */
function withoutClearing({ context_management: management }: Readonly<Json>): Json {
  if (!isObject(management) || !Array.isArray(management.edits)) return {}
  const edits = management.edits.filter((edit) => !(isObject(edit) && String(edit.type).startsWith('clear_thinking')))
  return edits.length === management.edits.length ? {} : { context_management: edits.length > 0 ? { ...management, edits } : undefined }
}
