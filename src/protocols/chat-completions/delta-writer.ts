import type { EncodedEvent } from '../protocol.ts'
import type { TokenPlace } from '../token-envelope.ts'
import { encodeFinishReason, encodeLogprobs } from './encode-parts.ts'
import { ReasoningWriter } from './encode-reasoning.ts'
import { CallWriter, type CustomTools } from './write-calls.ts'
import type { JsonDelta, JsonFinishReason, JsonLogprobs } from './shapes.ts'

/** What differs between the chunks of a choice. */
export interface ChunkFields {
  delta?: JsonDelta
  logprobs?: JsonLogprobs | null
  finishReason?: JsonFinishReason | null
}

/** Writes the deltas of one choice. */
export class DeltaWriter {
  readonly #reasoning: ReasoningWriter
  readonly #writer: CallWriter
  /** Ids by the numbers of the calls. */
  readonly #calls = new Map<number, string>()

  /** @param showReasoning whether the client wants to see what the model thought */
  constructor(showReasoning: boolean, customs: CustomTools) {
    this.#reasoning = new ReasoningWriter(showReasoning)
    this.#writer = new CallWriter(customs)
  }

  /** Nothing for what the client is not shown. */
  write(event: EncodedEvent): ChunkFields[] {
    switch (event.type) {
      case 'text-delta':
        this.#reasoning.text(event.text)
        return [{ delta: { content: event.text } }]
      case 'refusal-delta':
        this.#reasoning.text(event.text)
        return [{ delta: { refusal: event.text } }]
      case 'reasoning-delta':
        return unlessEmpty(this.#reasoning.delta(event.text))
      case 'part-token':
        return unlessEmpty(this.#reasoning.token(event.token, this.#placeOf(event)))
      case 'tool-call-start': {
        this.#calls.set(event.index, event.id)
        this.#reasoning.call()
        return [{ delta: { tool_calls: [this.#writer.start(event)] } }]
      }
      case 'tool-call-delta': {
        const more = this.#writer.delta(event.index, event.arguments)
        return more ? [{ delta: { tool_calls: [more] } }] : []
      }
      case 'hosted':
        // No client of this format can have asked for one.
        return []
      case 'logprobs':
        return [{ delta: { content: '' }, logprobs: encodeLogprobs(event.content) }]
      case 'finish':
        return [
          ...this.#writer.end().map((more) => ({ delta: { tool_calls: [more] } })),
          ...unlessEmpty(this.#reasoning.end()),
          { finishReason: encodeFinishReason(event.reason) },
        ]
    }
  }

  #placeOf(event: Extract<EncodedEvent, { type: 'part-token' }>): TokenPlace {
    return event.part === 'tool-call' ? { part: event.part, id: this.#calls.get(event.index) ?? '' } : { part: event.part }
  }
}

function unlessEmpty(delta: JsonDelta): ChunkFields[] {
  return Object.keys(delta).length === 0 ? [] : [{ delta }]
}
