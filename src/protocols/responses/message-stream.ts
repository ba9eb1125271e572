import type { SearchHit } from '../../core/search.ts'
import { citationsIn } from '../citations.ts'
import { type ItemPlace, StreamedItem } from './streamed-item.ts'
import type { EventBody, ItemStatus, JsonLogprob, JsonMessage, JsonOutputText, JsonRefusal } from './shapes.ts'

/** Text for the client, and refusals. */
export class MessageStream extends StreamedItem {
  /** What searches have found so far. */
  readonly #hits: readonly SearchHit[]
  readonly complete = true
  /** Whether what follows is another message: a token ends one. */
  ended = false
  /** The last is being written. */
  readonly #parts: (JsonOutputText | JsonRefusal)[] = []

  constructor(place: ItemPlace, hits: readonly SearchHit[] = []) {
    super(place)
    this.#hits = hits
  }

  text(delta: string, logprobs: JsonLogprob[]): EventBody[] {
    const opening = this.#turnTo('output_text')
    const part = this.#parts.at(-1) as JsonOutputText
    part.text += delta
    part.logprobs.push(...logprobs)
    return [...opening, { type: 'response.output_text.delta', ...this.#last, delta, logprobs }]
  }

  refusal(delta: string): EventBody[] {
    const opening = this.#turnTo('refusal')
    const part = this.#parts.at(-1) as JsonRefusal
    part.refusal += delta
    return [...opening, { type: 'response.refusal.delta', ...this.#last, delta }]
  }

  /** Probabilities that came too late for a delta. */
  addLogprobs(logprobs: readonly JsonLogprob[]): void {
    const part = this.#parts.findLast(({ type }) => type === 'output_text') as JsonOutputText | undefined
    part?.logprobs.push(...logprobs)
  }

  snapshot(status: ItemStatus): JsonMessage {
    return { type: 'message', id: this.place.item_id, status, role: 'assistant', content: this.#parts.map(copy) }
  }

  protected begin(): EventBody[] {
    return []
  }

  /** One that is over says something, if only nothing. */
  protected end(): EventBody[] {
    return [...(this.#parts.length === 0 ? this.#turnTo('output_text') : []), ...this.#closePart()]
  }

  get #last(): { item_id: string; output_index: number; content_index: number } {
    return { ...this.place, content_index: this.#parts.length - 1 }
  }

  #turnTo(type: 'output_text' | 'refusal'): EventBody[] {
    if (this.#parts.at(-1)?.type === type) return []
    const closing = this.#parts.length === 0 ? [] : this.#closePart()
    const part: JsonOutputText | JsonRefusal = type === 'refusal' ? { type, refusal: '' } : { type, text: '', annotations: [], logprobs: [] }
    this.#parts.push(part)
    return [...closing, { type: 'response.content_part.added', ...this.#last, part: copy(part) }]
  }

  #closePart(): EventBody[] {
    const cited = this.#cite()
    const part = copy(this.#parts.at(-1)!)
    const done: EventBody =
      part.type === 'refusal'
        ? { type: 'response.refusal.done', ...this.#last, refusal: part.refusal }
        : { type: 'response.output_text.done', ...this.#last, text: part.text, logprobs: part.logprobs }
    return [...cited, done, { type: 'response.content_part.done', ...this.#last, part }]
  }

  #cite(): EventBody[] {
    const part = this.#parts.at(-1)!
    if (part.type === 'refusal') return []
    part.annotations = citationsIn(part.text, this.#hits).map(({ hit, start, end }) => ({
      type: 'url_citation',
      url: hit.url,
      title: hit.title,
      start_index: start,
      end_index: end,
    }))
    return part.annotations.map((annotation, index) => ({
      type: 'response.output_text.annotation.added',
      ...this.#last,
      annotation_index: index,
      annotation,
    }))
  }
}

/** Events are told later than they are made, so they must not change with what follows. */
function copy<P extends JsonOutputText | JsonRefusal>(part: P): P {
  return 'logprobs' in part ? { ...part, annotations: [...part.annotations], logprobs: [...part.logprobs] } : { ...part }
}
