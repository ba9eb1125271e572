import type { HostedUse } from '../core/hosted.ts'
import type { AssistantPart } from '../core/prompt.ts'
import type { EncodedEvent } from './protocol.ts'

export type AnswerPart = AssistantPart | RefusalPart | HostedPart

/** What the bridge searched for or fetched on the way. */
export interface HostedPart {
  type: 'hosted'
  use: HostedUse
}

/** What the model said instead of an answer. */
export interface RefusalPart {
  type: 'refusal'
  text: string
}

type Piece = Exclude<EncodedEvent, { type: 'finish' | 'logprobs' }>

type TextPart = Exclude<AnswerPart, { type: 'tool-call' | 'hosted' }>

/** A part that is still being written; its pieces are joined at the end, for there may be very many. */
interface Growing {
  part: AnswerPart
  pieces: string[]
  /** The number of the call that it is. */
  call?: number
}

/** Puts the pieces of an answer into its parts, in the order in which those began. */
export class AnswerParts {
  readonly #parts: Growing[] = []

  add(piece: Piece): void {
    switch (piece.type) {
      case 'text-delta':
        this.#text('text', piece.text)
        break
      case 'reasoning-delta':
        this.#text('reasoning', piece.text)
        break
      case 'refusal-delta':
        this.#text('refusal', piece.text)
        break
      case 'tool-call-start':
        this.#parts.push({ part: { type: 'tool-call', id: piece.id, name: piece.name, arguments: '' }, pieces: [], call: piece.index })
        break
      case 'tool-call-delta':
        this.#call(piece.index)?.pieces.push(piece.arguments)
        break
      case 'hosted':
        this.#parts.push({ part: { type: 'hosted', use: piece.use }, pieces: [] })
        break
      case 'part-token': {
        const target = piece.part === 'tool-call' ? this.#call(piece.index) : (this.#open(piece.part) ?? this.#begin(piece.part))
        if (target && target.part.type !== 'refusal' && target.part.type !== 'hosted') target.part = { ...target.part, token: piece.token }
        break
      }
    }
  }

  parts(): AnswerPart[] {
    return this.#parts.map(({ part, pieces }) => {
      if (part.type === 'hosted') return part
      const text = pieces.join('')
      return part.type === 'tool-call' ? { ...part, arguments: text } : { ...part, text }
    })
  }

  #text(type: TextPart['type'], text: string): void {
    if (text === '') return
    const target = this.#open(type) ?? this.#begin(type)
    target.pieces.push(text)
  }

  /** The part that was begun last, if more can be written to it: a token ends one. */
  #open(type: TextPart['type']): Growing | undefined {
    const last = this.#parts.at(-1)
    return last?.part.type === type && !('token' in last.part) ? last : undefined
  }

  #begin(type: TextPart['type']): Growing {
    const begun: Growing = { part: { type, text: '' }, pieces: [] }
    this.#parts.push(begun)
    return begun
  }

  #call(index: number): Growing | undefined {
    return this.#parts.find(({ call }) => call === index)
  }
}
