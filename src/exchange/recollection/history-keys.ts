import { createHash } from 'node:crypto'
import { callsOf, textOf } from '../../core/assistant-message.ts'
import { parseJson } from '../../core/json-text.ts'
import type { ToolCall } from '../../core/prompt.ts'
import type { DraftMessage, DraftPart } from '../../protocols/draft-prompt.ts'

/**
 * Follows a conversation as its client sends it, and makes the keys that answers with calls are found by: all that the
 * client will send again of what came before, and the calls themselves. Ids of calls that repeat over turns,
 * conversations and callers make no two keys alike.
 */
export class HistoryKeys {
  readonly #hash

  /** @param caller tells callers apart */
  constructor(caller: string) {
    this.#hash = createHash('sha256').update(caller)
  }

  /** Takes the next message. The system's words do not count, see `contextOf`. */
  add(message: DraftMessage): void {
    if (message.role !== 'system') this.#hash.update(`\n${JSON.stringify(essenceOf(message))}`)
  }

  /** The key of an answer that comes next. Ids may be left out by clients, so they are compared apart. */
  keyOf(calls: readonly ToolCall[]): string {
    return this.#hash
      .copy()
      .update(`\ncalls ${JSON.stringify(calls.map(essenceOfCall))}`)
      .digest('base64url')
  }
}

/**
 * Stands for the system's words, which some clients write anew for every request, with the time of day for example: they
 * tell conversations apart that are otherwise the same.
 */
export function contextOf(messages: readonly DraftMessage[]): string {
  const words = messages.flatMap((message) => (message.role === 'system' ? [message.content] : []))
  return createHash('sha256').update(JSON.stringify(words)).digest('base64url')
}

/** What no client changes of a message: not the thoughts, their tokens, and breakpoints of caches. */
function essenceOf(message: Exclude<DraftMessage, { role: 'system' }>): unknown[] {
  switch (message.role) {
    case 'user':
      return ['user', message.content.map(essenceOfPart)]
    case 'tool':
      return ['tool', message.toolCallId, message.content.map(essenceOfPart)]
    case 'assistant':
      return ['assistant', textOf(message), callsOf(message).map((call) => [call.id, ...essenceOfCall(call)])]
  }
}

function essenceOfPart(part: DraftPart): unknown {
  switch (part.type) {
    case 'text':
      return part.text
    case 'file':
      return [part.mediaType, part.data]
    case 'remote-file':
      return [part.url]
  }
}

/** Clients may write the JSON of arguments anew. */
function essenceOfCall({ name, arguments: args }: ToolCall): unknown[] {
  return [name, sameJson(args.trim() === '' ? '{}' : args)]
}

function sameJson(text: string): unknown {
  try {
    return sortedKeys(parseJson(text))
  } catch {
    return text
  }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sortedKeys(item)]),
  )
}
