import type { AnswerEvent } from '../../core/answer-event.ts'
import { isObject } from '../../core/json-value.ts'
import type { Token } from '../../core/prompt.ts'

/** A content block of an answer while it is read. */
export interface AnswerBlock {
  /** What its beginning holds; all of it, where the answer comes whole. */
  begin(): AnswerEvent[]
  delta(delta: Delta): AnswerEvent[]
  end(): AnswerEvent[]
}

export interface Delta {
  type?: string
  text?: string
  thinking?: string
  signature?: string
  partial_json?: string
}

export function textOf(text: unknown): AnswerEvent[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text-delta', text }] : []
}

export function thoughtOf(text: unknown): AnswerEvent[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'reasoning-delta', text }] : []
}

/** Its signature comes last, and may be all that there is of it. */
export class ThinkingBlock implements AnswerBlock {
  readonly #thinking: unknown
  readonly #origin: string
  #signature: string

  constructor({ thinking, signature }: { thinking?: unknown; signature?: unknown }, origin: string) {
    this.#thinking = thinking
    this.#origin = origin
    this.#signature = typeof signature === 'string' ? signature : ''
  }

  begin(): AnswerEvent[] {
    return thoughtOf(this.#thinking)
  }

  delta({ type, thinking, signature }: Delta): AnswerEvent[] {
    if (type === 'signature_delta') this.#signature += signature ?? ''
    return type === 'thinking_delta' ? thoughtOf(thinking) : []
  }

  end(): AnswerEvent[] {
    return this.#signature === '' ? [] : [reasoningToken({ kind: 'signature', value: this.#signature, origin: this.#origin })]
  }
}

export class RedactedBlock implements AnswerBlock {
  readonly #data: unknown
  readonly #origin: string

  constructor({ data }: { data?: unknown }, origin: string) {
    this.#data = data
    this.#origin = origin
  }

  begin(): AnswerEvent[] {
    return typeof this.#data === 'string' ? [reasoningToken({ kind: 'redacted', value: this.#data, origin: this.#origin })] : []
  }

  delta(): AnswerEvent[] {
    return []
  }

  end(): AnswerEvent[] {
    return []
  }
}

/** A call of a client's tool; its arguments may be in its beginning instead of in deltas. */
export class CallBlock implements AnswerBlock {
  readonly #start: Extract<AnswerEvent, { type: 'tool-call-start' }>
  readonly #input: unknown
  #hasDelta = false

  constructor(start: Omit<Extract<AnswerEvent, { type: 'tool-call-start' }>, 'type'>, input: unknown) {
    this.#start = { type: 'tool-call-start', ...start }
    this.#input = input
  }

  begin(): AnswerEvent[] {
    return [this.#start]
  }

  delta({ type, partial_json: text }: Delta): AnswerEvent[] {
    if (type !== 'input_json_delta' || !text) return []
    this.#hasDelta = true
    return [this.#arguments(text)]
  }

  end(): AnswerEvent[] {
    return this.#hasDelta ? [] : [this.#arguments(isObject(this.#input) ? JSON.stringify(this.#input) : '{}')]
  }

  #arguments(text: string): AnswerEvent {
    return { type: 'tool-call-delta', index: this.#start.index, arguments: text }
  }
}

/** Text, and what is no client's to read, such as the tools that Anthropic runs: whatever text it has is kept. */
export class OtherBlock implements AnswerBlock {
  readonly #text: unknown

  constructor({ type, text }: { type?: unknown; text?: unknown }) {
    this.#text = type === 'text' ? text : undefined
  }

  begin(): AnswerEvent[] {
    return textOf(this.#text)
  }

  delta({ type, text, thinking }: Delta): AnswerEvent[] {
    if (type === 'thinking_delta') return thoughtOf(thinking)
    return type === 'text_delta' ? textOf(text) : []
  }

  end(): AnswerEvent[] {
    return []
  }
}

function reasoningToken(token: Token): AnswerEvent {
  return { type: 'part-token', part: 'reasoning', token }
}
