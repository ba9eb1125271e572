import { randomUUID } from 'node:crypto'
import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'
import type { AnswerReader, Attempt, Objection } from '../repair.ts'
import { addUsage } from '../../core/usage.ts'
import { BlockReader, type Piece } from './block-reader.ts'
import type { CheckCall } from './check-call.ts'
import { CALL_OPEN } from './markers.ts'
import { readCalls, type WrittenCall } from './read-call.ts'

export interface CallRules {
  check: CheckCall
  /** Whether the answer must hold a call. */
  required: boolean
  /** Whether it may hold more than one. */
  parallel: boolean
}

type Finish = Extract<AnswerEvent, { type: 'finish' }>

/**
 * Reads the calls in an answer's text, so that its events are those of a model with native tools. It objects to a call
 * that breaks the rules while nothing was passed on; later such a call is passed on as the model wrote it, or as text
 * when it names no tool. What a model writes after its first call is dropped, further calls excepted: it is usually an
 * invented result.
 */
export class CallReader implements AnswerReader {
  objection: Objection | undefined
  readonly #rules: CallRules
  readonly #attempt: Attempt
  readonly #blocks = new BlockReader()
  #answer = ''
  /** Not passed on yet: blank text, which belongs to a following call, and text before a call that must come. */
  #held: AnswerEvent[] = []
  #sent = false
  #calls = 0
  /** Whether a call was passed on, or left out, that breaks the rules. */
  #faulty = false
  #mayObject: boolean
  #problem: string | undefined

  constructor(rules: CallRules, attempt: Attempt) {
    this.#rules = rules
    this.#attempt = attempt
    this.#mayObject = !attempt.last
  }

  async read(event: AnswerEvent): Promise<AnswerEvent[]> {
    switch (event.type) {
      case 'text-delta':
        this.#answer += event.text
        return this.#readPieces(this.#blocks.push(event.text))
      case 'logprobs':
        return this.#sent ? [event] : this.#hold(event)
      case 'part-token':
        return this.#sent || event.part !== 'text' ? [event] : this.#hold(event)
      case 'refusal-delta':
        // Nothing else will come of it.
        this.#mayObject = false
        return this.#send(event)
      case 'finish':
        return this.#finish(event)
      default:
        return [event]
    }
  }

  async #readPieces(pieces: Piece[]): Promise<AnswerEvent[]> {
    const events: AnswerEvent[] = []
    for (const piece of pieces) {
      if (this.#problem !== undefined) break
      events.push(...(piece.type === 'text' ? this.#readText(piece.text) : await this.#readBlock(piece)))
    }
    return events
  }

  #readText(text: string): AnswerEvent[] {
    if (this.#calls > 0) return []
    const event: AnswerEvent = { type: 'text-delta', text }
    const waits = text.trim() === '' || (this.#rules.required && this.#mayObject)
    return !this.#sent && waits ? this.#hold(event) : this.#send(event)
  }

  async #readBlock({ source, body }: Extract<Piece, { type: 'block' }>): Promise<AnswerEvent[]> {
    const events: AnswerEvent[] = []
    for (const call of readCalls(body)) {
      if (this.#problem !== undefined || (this.#calls > 0 && !this.#rules.parallel)) break
      const problem = await this.#rules.check(call)
      if (problem !== undefined && this.#mayObject && !this.#sent) {
        this.#problem = problem
        break
      }
      this.#faulty ||= problem !== undefined
      events.push(...(call.name === undefined ? this.#readText(source) : this.#sendCall(call.name, call)))
    }
    return events
  }

  #sendCall(name: string, call: WrittenCall): AnswerEvent[] {
    const index = this.#calls++
    if (this.#held.every(isBlank)) this.#held = this.#held.filter((event) => event.type !== 'text-delta')
    return this.#send(
      { type: 'tool-call-start', index, id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`, name },
      { type: 'tool-call-delta', index, arguments: call.arguments },
    )
  }

  async #finish(finish: Finish): Promise<AnswerEvent[]> {
    const { reason, usage } = finish
    // An answer that was cut short would be cut again.
    if (reason !== 'stop') this.#mayObject = false
    const events = await this.#readPieces(this.#blocks.end())
    const spent = addUsage(this.#attempt.usage, usage)
    if (this.#calls === 0 && this.#rules.required && this.#mayObject) this.#problem ??= 'it calls no tool, but it must'
    if (this.#problem !== undefined) {
      this.objection = { answer: this.#answer, usage: spent, ...words(this.#problem) }
      return []
    }
    return [...events, ...this.#send({ ...finish, reason: this.#reason(reason), usage: spent })]
  }

  #reason(reason: FinishReason): FinishReason {
    const complete = reason === 'stop' || (reason === 'length' && !this.#faulty)
    return this.#calls > 0 && complete ? 'tool-calls' : reason
  }

  #hold(event: AnswerEvent): AnswerEvent[] {
    this.#held.push(event)
    return []
  }

  #send(...events: AnswerEvent[]): AnswerEvent[] {
    const all = [...this.#held, ...events]
    this.#held = []
    this.#sent = true
    return all
  }
}

function isBlank(event: AnswerEvent): boolean {
  return event.type !== 'text-delta' || event.text.trim() === ''
}

function words(problem: string): Pick<Objection, 'message' | 'notice'> {
  return {
    message: `Your answer cannot be used: ${problem}. Answer again, with the ${CALL_OPEN} block as it should be and nothing else.`,
    notice: 'the model’s tool call was not valid, so it is asked again',
  }
}
