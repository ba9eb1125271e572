import { isObject } from '../../core/json-value.ts'
import type { AssistantMessage, AssistantPart, Prompt } from '../../core/prompt.ts'
import { weave } from '../../core/weave.ts'
import type { Adapted } from '../shared/adapted.ts'
import { CallCursor } from '../shared/call-cursor.ts'
import type { Target } from '../wire.ts'
import { encodeReasoning } from './encode-input.ts'

type Json = Record<string, unknown>
type Asked = Omit<Target, 'stream'>

/** Items that are calls of the client's tools. */
const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call'])

/** Reasoning goes before what it led to; where it is lost, what it led to goes without ids, which would demand it. */
export function mendHistory(body: Readonly<Json>, prompt: Prompt | undefined, target: Asked): Adapted {
  const answers = new CallCursor(prompt?.messages ?? [])
  if (!Array.isArray(body.input)) return { changes: {}, ignored: [] }
  const items: unknown[] = body.input
  const mended = answersIn(items).flatMap((run) => (isAnswer(run[0]) ? mendAnswer(run, answers, target) : run))
  const isSame = mended.length === items.length && mended.every((item, index) => item === items[index])
  return { changes: isSame ? {} : { input: mended }, ignored: [] }
}

/** Items in their order, those of one answer together. */
function answersIn(items: readonly unknown[]): unknown[][] {
  const runs: unknown[][] = []
  for (const item of items) {
    const last = runs.at(-1)
    if (last !== undefined && isAnswer(last[0]) && isAnswer(item)) last.push(item)
    else runs.push([item])
  }
  return runs
}

function mendAnswer(items: unknown[], answers: CallCursor, target: Asked): unknown[] {
  const answer = answers.next(items.flatMap((item) => (typeOf(item) === 'tool-call' ? [(item as Json).call_id as string] : [])))
  const write = (part: AssistantPart): unknown[] => (part.type === 'reasoning' ? encodeReasoning(part.text, part.token, target) : [])
  const sign = (item: unknown, part: AssistantPart) => write(part)[0] ?? item
  const mended = answer?.thoughts === 'remembered' ? weave(items, untilLast(answer), { typeOf, sign, write }) : items
  const hasReasoning = mended.some((item) => typeOf(item) === 'reasoning')
  return hasReasoning || !target.model.reasoning ? mended : mended.map(withoutId)
}

/** Reasoning that nothing follows is refused. */
function untilLast({ parts }: AssistantMessage): AssistantPart[] {
  return parts.slice(0, parts.findLastIndex(({ type }) => type !== 'reasoning') + 1)
}

function withoutId(item: unknown): unknown {
  if (!isObject(item) || item.id === undefined) return item
  const { id: _id, ...rest } = item
  return rest
}

function typeOf(item: unknown): AssistantPart['type'] | undefined {
  if (!isObject(item)) return undefined
  if (item.type === 'reasoning') return 'reasoning'
  if (CALLS.has(item.type)) return 'tool-call'
  return item.role === 'assistant' ? 'text' : undefined
}

function isAnswer(item: unknown): boolean {
  return typeOf(item) !== undefined
}
