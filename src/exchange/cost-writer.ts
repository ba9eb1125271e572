import type { KnownWire } from '../core/call.ts'
import { isObject } from '../core/json-value.ts'
import type { AnswerCost } from '../core/money.ts'
import { type CostWords, encodeCost } from '../protocols/openai-usage.ts'
import { EVENTS, WholeEvents } from '../wires/shared/whole-events.ts'
import { editJson } from './edit-json.ts'

/** What the formats that have a place for a cost call the two kinds of tokens. */
const WORDS: Partial<Record<KnownWire, CostWords>> = { chat: ['prompt', 'completions'], responses: ['input', 'output'] }

/**
 * Writes into an answer that is passed on what it cost, beside its usage; a provider that says so itself has the word. All
 * other members stay as they came.
 */
export class CostWriter {
  readonly #words: CostWords
  readonly #cost: () => AnswerCost | undefined
  readonly #events = new WholeEvents()

  private constructor(words: CostWords, cost: () => AnswerCost | undefined) {
    this.#words = words
    this.#cost = cost
  }

  /** Undefined where the format has no place for it, or nobody is to be told. */
  static for(wire: KnownWire, cost: (() => AnswerCost | undefined) | undefined): CostWriter | undefined {
    const words = WORDS[wire]
    return words && cost && new CostWriter(words, cost)
  }

  /** @returns the events that these bytes complete */
  push(bytes: Uint8Array): Uint8Array {
    return this.#write(this.#events.push(bytes))
  }

  end(): Uint8Array {
    return this.#write(this.#events.end())
  }

  /** Of an answer in one piece. */
  whole(bytes: Uint8Array): Uint8Array {
    return Buffer.from(this.#edited(Buffer.from(bytes).toString('utf8')))
  }

  #write(events: Buffer): Uint8Array {
    if (!events.includes('"usage"')) return events
    return Buffer.from(
      events
        .toString('utf8')
        .split(EVENTS)
        .map((event) => event.replace(/^(data: ?)(\{[^\r\n]*\})/m, (_line, name: string, data: string) => name + this.#edited(data)))
        .join(''),
    )
  }

  #edited(text: string): string {
    const data = parse(text)
    const { response } = data
    if (isObject(response)) {
      const usage = this.#priced(response.usage)
      return usage ? editJson(text, { response: { ...response, usage } }) : text
    }
    const usage = this.#priced(data.usage)
    return usage ? editJson(text, { usage }) : text
  }

  #priced(usage: unknown): Record<string, unknown> | undefined {
    if (!isObject(usage) || 'cost' in usage) return undefined
    const cost = this.#cost()
    return cost && { ...usage, ...encodeCost(cost, ...this.#words) }
  }
}

/** What is no object has no usage. */
function parse(text: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text)
    return isObject(data) ? data : {}
  } catch {
    return {}
  }
}
