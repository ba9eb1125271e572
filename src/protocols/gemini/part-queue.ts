import type { CallPart } from '../../core/prompt.ts'
import type { AnswerEvent } from '../protocol.ts'
import { hiddenThought } from '../token-envelope.ts'
import { encodeCall, isWhole } from './encode-parts.ts'
import { writeSignature } from './signature.ts'
import type { WirePart } from './wire.ts'

type Entry = { part: WirePart } | { call: CallPart; index: number }

/**
 * Puts the pieces of a streamed candidate into parts. Calls come whole in this format: they wait until the answer's end,
 * or until they are whole where something else follows them, and that waits with them.
 */
export class PartQueue {
  readonly #includeThoughts: boolean
  readonly #queue: Entry[] = []
  /** What was thought since the last token, where the client is not shown it. */
  #hidden = ''

  constructor(includeThoughts: boolean) {
    this.#includeThoughts = includeThoughts
  }

  /** Takes a piece of the answer in and returns what can be told now. */
  add(event: Exclude<AnswerEvent, { type: 'finish' | 'logprobs' }>): WirePart[] {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        this.#hidden = ''
        return this.#push({ text: event.text })
      case 'reasoning-delta':
        if (this.#includeThoughts) return this.#push({ text: event.text, thought: true })
        this.#hidden += event.text
        return []
      case 'tool-call-start':
        this.#hidden = ''
        this.#queue.push({ call: { type: 'tool-call', id: event.id, name: event.name, arguments: '' }, index: event.index })
        return []
      case 'tool-call-delta': {
        const call = this.#call(event.index)
        if (call) call.arguments += event.arguments
        return this.#release()
      }
      case 'part-token':
        return this.#addToken(event)
    }
  }

  /** The answer is over: what waited. Calls whose arguments are no object are left. */
  end(): { parts: WirePart[]; malformed: boolean } {
    const entries = this.#queue.splice(0)
    const parts = entries.flatMap((entry) => ('part' in entry ? [entry.part] : encodeCall(entry.call)))
    return { parts, malformed: parts.length < entries.length }
  }

  #addToken(event: Extract<AnswerEvent, { type: 'part-token' }>): WirePart[] {
    const { token } = event
    switch (event.part) {
      case 'tool-call': {
        const call = this.#call(event.index)
        if (call) call.token = token
        return []
      }
      case 'text':
        return this.#push({ text: '', ...writeSignature(token, { part: 'text' }) })
      case 'reasoning': {
        const text = this.#hidden
        this.#hidden = ''
        return this.#push({ text: '', thought: true, ...writeSignature(token, hiddenThought(token, text)) })
      }
    }
  }

  #push(part: WirePart): WirePart[] {
    this.#queue.push({ part })
    return this.#release()
  }

  #release(): WirePart[] {
    const last = this.#queue.findLastIndex((entry) => 'part' in entry)
    const waiting = this.#queue.findIndex((entry, index) => index > last || ('call' in entry && !isWhole(entry.call.arguments)))
    const released = this.#queue.splice(0, waiting < 0 ? this.#queue.length : waiting)
    return released.flatMap((entry) => ('part' in entry ? [entry.part] : encodeCall(entry.call)))
  }

  #call(index: number): CallPart | undefined {
    const entry = this.#queue.find((other) => 'call' in other && other.index === index)
    return entry && 'call' in entry ? entry.call : undefined
  }
}
