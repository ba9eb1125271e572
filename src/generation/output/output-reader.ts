import { BridgeError } from '../../core/errors.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { AnswerReader, Attempt, Objection } from '../repair.ts'
import { addUsage } from '../../core/usage.ts'
import { extractJson, type FindJson } from './extract-json.ts'

type Finish = Extract<AnswerEvent, { type: 'finish' }>

/**
 * Keeps the text of an answer until it is complete, and passes on the JSON in it. Reasoning does not wait. An answer
 * with a tool call or a refusal is passed on as it is, and so is one that the provider cut short.
 */
export class OutputReader implements AnswerReader {
  objection: Objection | undefined
  readonly #find: FindJson
  readonly #attempt: Attempt
  #text = ''
  #logprobs: AnswerEvent[] = []
  /** What the provider wants back with the text. */
  #tokens: AnswerEvent[] = []
  /** Whether it is passed on as it is. */
  #passing = false

  constructor(find: FindJson, attempt: Attempt) {
    this.#find = find
    this.#attempt = attempt
  }

  /** @throws BridgeError 502 `invalid_structured_output` when the last attempt fails too */
  async read(event: AnswerEvent): Promise<AnswerEvent[]> {
    if (event.type === 'finish') return this.#finish(event)
    if (this.#passing) return [event]
    switch (event.type) {
      case 'text-delta':
        this.#text += event.text
        return []
      case 'logprobs':
        this.#logprobs.push(event)
        return []
      case 'part-token':
        if (event.part !== 'text') return [event]
        this.#tokens.push(event)
        return []
      case 'tool-call-start':
      case 'refusal-delta':
        this.#passing = true
        return [...this.#textAsItIs(), event]
      default:
        return [event]
    }
  }

  async #finish(finish: Finish): Promise<AnswerEvent[]> {
    const usage = addUsage(this.#attempt.usage, finish.usage)
    const end: AnswerEvent = { ...finish, usage }
    if (this.#passing) return [end]
    if (finish.reason !== 'stop') return [...this.#textAsItIs(), end]

    const extracted = await extractJson(this.#text, this.#find)
    if ('json' in extracted) {
      const { json } = extracted
      // Probabilities belong to the text of the model and to no other.
      return [{ type: 'text-delta', text: json }, ...(json === this.#text ? this.#logprobs : []), ...this.#tokens, end]
    }
    if (this.#attempt.last) throw invalidOutput(extracted.problem)
    this.objection = { answer: this.#text, usage, ...words(extracted.problem) }
    return []
  }

  #textAsItIs(): AnswerEvent[] {
    const text: AnswerEvent[] = this.#text.trim() === '' ? [] : [{ type: 'text-delta', text: this.#text }, ...this.#logprobs]
    return [...text, ...this.#tokens]
  }
}

function words(problem: string): Pick<Objection, 'message' | 'notice'> {
  return {
    message: `Your answer cannot be used: ${problem}. Answer again, with the JSON as it should be and nothing else.`,
    notice: 'the model’s answer was not the JSON that was asked for, so it is asked again',
  }
}

function invalidOutput(problem: string): BridgeError {
  return new BridgeError(`The model did not answer with the JSON that was asked for, twice: ${problem}.`, {
    code: 'invalid_structured_output',
    status: 502,
  })
}
