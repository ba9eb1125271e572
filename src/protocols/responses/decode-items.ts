import { callPart } from '../../core/assistant-message.ts'
import type { ToolCall } from '../../core/prompt.ts'
import { argumentsOf } from '../custom-tool.ts'
import type { DraftMessage, DraftPart, DraftToolMessage } from '../draft-prompt.ts'
import { isWrapped } from '../envelope.ts'
import { HistoryParts } from '../history-parts.ts'
import { formatPath } from '../invalid-request.ts'
import { checkFilled, emptyMessage } from '../invalid-value.ts'
import { type PlacedToken, readToken, unwrapPlaced } from '../token-envelope.ts'
import { isCall, isOutput, type Output } from './check-calls.ts'
import { decodeParts, decodeText } from './decode-parts.ts'
import { namesOf } from './decode-tools.ts'
import { flatName } from './flat-name.ts'
import { foreignText, isOutputOfForeign } from './foreign-items.ts'
import type { ForeignItem, InputItem, KeptToken, MessageItem } from './item-schema.ts'
import type { PlacedItem } from './read-input.ts'

/**
 * Turns the items of a conversation into messages: reasoning, text and calls that follow one another become one message
 * of the assistant, and the result of each call follows it, wherever the client put it.
 * @param items with a result for each call, see `checkCalls`
 * @throws BridgeError 400 for a message without content, and for content that is not in the request
 */
export function decodeItems(items: readonly PlacedItem[]): DraftMessage[] {
  const calls = new Set(items.flatMap(({ item }) => (isCall(item) ? [item.call_id] : [])))
  const results = collectResults(items)
  const messages: DraftMessage[] = []
  let turn = new Turn()
  const endTurn = () => {
    messages.push(...turn.messages(results))
    turn = new Turn()
  }

  for (const { item, path } of items) {
    switch (item.type) {
      case 'reasoning':
        turn.reason(reasoningText(item), reasoningToken(item))
        break
      case 'function_call':
        turn.call({ id: item.call_id, name: flatName(item.namespace, item.name), arguments: item.arguments }, item)
        break
      case 'custom_tool_call':
        turn.call(
          {
            id: item.call_id,
            name: flatName(item.namespace, item.name),
            arguments: argumentsOf(item.input),
          },
          item,
        )
        break
      case 'tool_search_call':
        turn.call({ id: item.call_id, name: 'tool_search', arguments: JSON.stringify(item.arguments ?? {}) }, item)
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
      case 'tool_search_output':
        endTurn()
        if (!calls.has(item.call_id)) messages.push(results.get(item.call_id)!)
        break
      case 'message':
        if (item.role === 'assistant') {
          const text = decodeText(item.content, formatPath([...path, 'content']))
          // An empty one is there for a token, of an answer that goes on.
          if (!turn.goesOn && text !== '') endTurn()
          turn.say(text, item)
        } else {
          endTurn()
          messages.push(decodeMessage(item, path))
        }
        break
      case 'foreign':
        if (isOutputOfForeign(item)) {
          endTurn()
          messages.push(...foreignResult(item))
        } else {
          if (!turn.goesOn) endTurn()
          turn.say(foreignText(item) ?? '', item)
        }
        break
      case 'additional_tools':
        break
    }
  }
  endTurn()
  checkFilled(messages, 'input')
  return messages
}

/** What the assistant says in one go. */
class Turn {
  readonly #history = new HistoryParts()
  readonly #calls: string[] = []
  #said = false
  #goesOn = false

  /** Whether a text belongs to what was said before it: that was a thought, or has calls, whose results would be in between. */
  get goesOn(): boolean {
    return this.#goesOn || this.#calls.length > 0
  }

  reason(text: string, placed: PlacedToken | undefined): void {
    const ofAnother = placed !== undefined && placed.place.part !== 'reasoning'
    this.#goesOn ||= !ofAnother
    // One that is empty says what its token holds.
    this.#said ||= placed?.place.part === 'text'
    if (placed) this.#history.addThought(text, placed)
    else this.#history.addText('reasoning', text, '\n\n')
  }

  say(text: string, { token }: KeptToken): void {
    if (text === '' && token === undefined) return
    if (text !== '') this.#history.add({ type: 'text', text })
    this.#end(token)
  }

  call(call: ToolCall, { token }: KeptToken): void {
    this.#history.add(callPart(call))
    this.#calls.push(call.id)
    this.#end(token)
  }

  #end(token: string | undefined): void {
    const placed = token === undefined ? undefined : unwrapPlaced(token)
    if (placed) this.#history.addToken(placed)
    this.#said = true
    this.#goesOn = false
  }

  /** Reasoning that led to nothing is left out, as providers refuse a message without content. */
  messages(results: ReadonlyMap<string, DraftToolMessage>): DraftMessage[] {
    if (!this.#said) return []
    const answers = this.#calls.flatMap((id) => results.get(id) ?? [])
    return [{ role: 'assistant', parts: this.#history.parts() }, ...answers]
  }
}

function collectResults(items: readonly PlacedItem[]): Map<string, DraftToolMessage> {
  const results = new Map<string, DraftToolMessage>()
  for (const { item, path } of items) {
    if (!isOutput(item)) continue
    const content = item.type === 'tool_search_output' ? foundTools(item, path) : decodeParts(item.output, formatPath([...path, 'output']))
    results.set(item.call_id, { role: 'tool', toolCallId: item.call_id, content })
  }
  return results
}

/** The request has the tools themselves. */
function foundTools({ tools }: Extract<Output, { type: 'tool_search_output' }>, path: readonly PropertyKey[]): DraftPart[] {
  const names = tools.flatMap((raw, index) => namesOf({ raw, path: [...path, 'tools', index] }))
  return [{ type: 'text', text: names.length === 0 ? 'No tool was found.' : `These tools are available now: ${names.join(', ')}` }]
}

function decodeMessage(item: MessageItem, path: readonly PropertyKey[]): DraftMessage {
  const param = formatPath(typeof path.at(-1) === 'number' ? [...path, 'content'] : path)
  if (item.role !== 'user') return { role: 'system', content: decodeText(item.content, param) }
  const content = decodeParts(item.content, param)
  if (content.every((part) => part.type === 'text' && part.text === '')) throw emptyMessage(param)
  return { role: 'user', content }
}

type ReasoningItem = Extract<InputItem, { type: 'reasoning' }>

/** The whole text where there is one, else its summary. */
function reasoningText({ content, summary }: ReasoningItem): string {
  const parts = content && content.length > 0 ? content : (summary ?? [])
  return parts.map(({ text }) => text).join('\n\n')
}

/** OpenAI checks that what is encrypted comes back in an item of its own id. */
function reasoningToken({ id, encrypted_content: encrypted }: ReasoningItem): PlacedToken | undefined {
  const placed = readToken(encrypted, 'encrypted')
  if (!placed || !id || isWrapped(encrypted!)) return placed
  return { ...placed, token: { ...placed.token, id } }
}

function foreignResult(item: ForeignItem): DraftMessage[] {
  const text = foreignText(item)
  return text === undefined ? [] : [{ role: 'user', content: [{ type: 'text', text }] }]
}
