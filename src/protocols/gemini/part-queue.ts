import type { CallPart } from '../../core/prompt.ts'
import type { EncodedEvent } from '../protocol.ts'
import type { PlacedToken } from '../token-envelope.ts'
import { emptyText, encodeCall, isWhole, lostThoughts, placeOfThought } from './encode-parts.ts'
import { writeSignature } from './signature.ts'
import type { JsonPart } from './shapes.ts'

type Entry = { part: JsonPart } | { call: CallPart; index: number; thoughts: PlacedToken[] }

/**
 * Puts the pieces of a streamed candidate into parts. Calls come whole in this format: they wait until the answer's end,
 * or until they are whole where something else follows them, and that waits with them.
 */
export class PartQueue {
  readonly #includeThoughts: boolean
  readonly #queue: Entry[] = []
  /** What was thought since the last token. */
  #thought = ''
  /** Tokens of thoughts, for the end of the text or for the call that comes next. */
  #thoughts: PlacedToken[] = []
  #inText = false
  /** Whether the last part is a text. */
  #afterText = false

  constructor(includeThoughts: boolean) {
    this.#includeThoughts = includeThoughts
  }

  /** Takes a piece of the answer in and returns what can be told now. */
  add(event: Exclude<EncodedEvent, { type: 'finish' | 'logprobs' }>): JsonPart[] {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        this.#addText(event.text)
        break
      case 'reasoning-delta':
        this.#endText()
        this.#thought += event.text
        if (this.#includeThoughts && event.text !== '') this.#push({ text: event.text, thought: true })
        break
      case 'tool-call-start':
        this.#endText()
        this.#thought = ''
        this.#afterText = false
        this.#queue.push({ call: { type: 'tool-call', id: event.id, name: event.name, arguments: '' }, index: event.index, thoughts: this.#thoughts.splice(0) })
        break
      case 'tool-call-delta': {
        const call = this.#call(event.index)
        if (call) call.arguments += event.arguments
        break
      }
      case 'part-token':
        this.#addToken(event)
        break
    }
    return this.#release()
  }

  /** The answer is over: what waited. Calls whose arguments are no object are left. */
  end(): { parts: JsonPart[]; malformed: boolean } {
    this.#endText()
    const entries = this.#queue.splice(0)
    const parts = entries.flatMap(encodeEntry)
    return { parts: [...parts, ...lostThoughts(this.#thoughts)], malformed: parts.length < entries.length }
  }

  #addText(text: string): void {
    if (text === '') return
    // The client would join it with a text right before it.
    if (!this.#inText && this.#afterText) this.#push(...lostThoughts(this.#thoughts.splice(0)))
    this.#inText = true
    this.#thought = ''
    this.#push({ text })
  }

  #addToken(event: Extract<EncodedEvent, { type: 'part-token' }>): void {
    const { token } = event
    switch (event.part) {
      case 'tool-call': {
        const call = this.#call(event.index)
        if (call) call.token = token
        break
      }
      case 'text':
        if (this.#inText) this.#push({ text: '', ...writeSignature(token, { part: 'text' }, this.#thoughts.splice(0)) })
        else this.#push(...emptyText(token, this.#thoughts.splice(0)))
        this.#inText = false
        this.#thought = ''
        break
      case 'reasoning':
        this.#endText()
        this.#thoughts.push({ token, place: placeOfThought(token, this.#thought) })
        this.#thought = ''
        break
    }
  }

  #endText(): void {
    if (this.#inText && this.#thoughts.length > 0) this.#push({ text: '', ...writeSignature(undefined, { part: 'text' }, this.#thoughts.splice(0)) })
    this.#inText = false
  }

  #push(...parts: JsonPart[]): void {
    const last = parts.at(-1)
    if (last) this.#afterText = !('thought' in last) && !('functionCall' in last)
    this.#queue.push(...parts.map((part) => ({ part })))
  }

  #release(): JsonPart[] {
    const last = this.#queue.findLastIndex((entry) => 'part' in entry)
    const waiting = this.#queue.findIndex((entry, index) => index > last || ('call' in entry && !isWhole(entry.call.arguments)))
    return this.#queue.splice(0, waiting < 0 ? this.#queue.length : waiting).flatMap(encodeEntry)
  }

  #call(index: number): CallPart | undefined {
    const entry = this.#queue.find((other) => 'call' in other && other.index === index)
    return entry && 'call' in entry ? entry.call : undefined
  }
}

function encodeEntry(entry: Entry): JsonPart[] {
  return 'part' in entry ? [entry.part] : encodeCall(entry.call, entry.thoughts)
}
