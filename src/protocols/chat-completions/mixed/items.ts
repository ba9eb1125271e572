import { objectsIn } from '../../../core/json-value.ts'
import { isForeignBlock } from '../../foreign-blocks.ts'
import { invalidValue } from '../../invalid-value.ts'
import type { Json } from './json.ts'
import { call, messagesOf, resultOf } from './messages.ts'
import { contentOf } from './parts.ts'

/** Items that Responses have between a client and a model, and Chat Completions have no like of. */
const WITHOUT_LIKE = /^(item_reference|additional_tools|(tool_search|local_shell|shell|apply_patch)_(call|output|call_output))$/

/**
 * The messages that the `input` of Responses says.
 * @param lost gets the kinds of items that have no like here
 * @throws BridgeError 400 for an item of a type that nobody knows
 */
export function messagesOfInput(input: unknown, lost: Set<string>): unknown {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  if (!Array.isArray(input)) return input
  const items = objectsIn(input)
  const results = new Map<unknown, Json>(items.filter(isResult).map((item): [unknown, Json] => [item.call_id, resultOf(item.call_id, item.output)]))
  const called = new Set(items.map((item) => (isResult(item) ? undefined : item.call_id)))
  const messages: Json[] = []
  let answer = new Answer()
  // A result follows the calls of its turn, wherever the client put it.
  const endAnswer = () => {
    messages.push(...answer.messages(results))
    answer = new Answer()
  }
  for (const item of items) {
    if (isResult(item)) {
      endAnswer()
      if (!called.has(item.call_id)) messages.push(results.get(item.call_id)!)
      continue
    }
    if (isAnswer(item)) {
      answer.add(item)
      continue
    }
    const { type, id: _id, status: _status, ...message } = item
    if (typeof item.role !== 'string') {
      if (!isForeignBlock(type) && !WITHOUT_LIKE.test(String(type)))
        throw invalidValue(`input[${(input as unknown[]).indexOf(item)}].type`, 'the bridge knows no items of this type')
      lost.add(`input.${String(type)}`)
      continue
    }
    endAnswer()
    messages.push({ ...message, content: contentOf(item.content) })
  }
  endAnswer()
  return messagesOf(messages)
}

/** What a model says in one go: its reasoning, texts and calls, which are an item each. */
class Answer {
  readonly #calls: Json[] = []
  readonly #content: unknown[] = []
  #thoughts = ''

  add(item: Json): void {
    switch (item.type) {
      case 'reasoning':
        this.#thoughts += wordsOf(item)
        return
      case 'function_call':
        this.#call(item, item.arguments)
        return
      case 'custom_tool_call':
        this.#call(item, item.input)
        return
      default:
        this.#content.push(...(typeof item.content === 'string' ? [{ type: 'text', text: item.content }] : objectsIn(contentOf(item.content))))
    }
  }

  messages(results: ReadonlyMap<unknown, Json>): Json[] {
    if (this.#content.length === 0 && this.#calls.length === 0) return []
    const message: Json = {
      role: 'assistant',
      content: this.#content.length > 0 ? this.#content : null,
      ...(this.#thoughts !== '' && { reasoning_content: this.#thoughts }),
      ...(this.#calls.length > 0 && { tool_calls: this.#calls }),
    }
    return [message, ...this.#calls.flatMap(({ id }): Json[] => [results.get(id) ?? []].flat())]
  }

  #call({ call_id: id, name }: Json, args: unknown): void {
    this.#calls.push(call(id, name, args))
  }
}

/** The whole text where there is one, else its summary. */
function wordsOf({ content, summary }: Json): string {
  const parts = objectsIn(content).length > 0 ? content : summary
  return objectsIn(parts)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n\n')
}

function isAnswer({ type, role }: Json): boolean {
  return role === 'assistant' || type === 'reasoning' || type === 'function_call' || type === 'custom_tool_call'
}

function isResult({ type }: Json): boolean {
  return type === 'function_call_output' || type === 'custom_tool_call_output'
}
