import type { AnswerEvent } from '../core/answer-event.ts'
import { withoutFiles } from '../core/without-files.ts'

/** A request for an answer with what was said. */
export interface Capture {
  requestId: string
  /** The body, as JSON; without files, and cut where `MAX_TEXT` ends. */
  request: string
  /** One for each choice. */
  answers: CapturedAnswer[]
  /** Whether something of it was cut. */
  cut: boolean
}

export interface CapturedAnswer {
  text: string
  reasoning: string
  calls: { name: string; arguments: string }[]
}

export interface CaptureState {
  on: boolean
  /** Unix time in milliseconds at which it ends by itself; null while it is off. */
  until: number | null
  kept: number
  /** Of what is kept, about. */
  bytes: number
}

/** Of a prompt, and of an answer. Characters. */
const MAX_TEXT = 200_000
const MAX_KEPT = 100
/** Of all together. Characters. */
const MAX_TOTAL = 8_000_000

/** Milliseconds after which it is off again: whoever forgot it would not want it. */
const LIFETIME = 60 * 60_000

/**
 * Prompts and answers, while somebody wants to see them: a bounded ring in memory, off until it is switched on. It has a
 * place of its own because nothing of it may get into a record, and nothing of it is ever written.
 */
export class Captures {
  #kept: Capture[] = []
  #until = 0
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  get on(): boolean {
    return this.#now() < this.#until
  }

  switchOn(): void {
    this.#until = this.#now() + LIFETIME
  }

  /** What was kept goes with it. */
  switchOff(): void {
    this.#until = 0
    this.#kept = []
  }

  state(): CaptureState {
    return { on: this.on, until: this.on ? this.#until : null, kept: this.#kept.length, bytes: this.#kept.reduce((sum, capture) => sum + sizeOf(capture), 0) }
  }

  /** The newest of this id. */
  find(requestId: string): Capture | undefined {
    return this.#kept.findLast((capture) => capture.requestId === requestId)
  }

  /** Begins to keep a request; undefined while it is off. */
  begin({ requestId, text }: { requestId: string; text: string }): CaptureInProgress | undefined {
    if (!this.on) return undefined
    const request = withoutFiles(text.slice(0, MAX_TEXT))
    const capture: Capture = { requestId, request, answers: [], cut: text.length > MAX_TEXT }
    this.#kept.push(capture)
    this.#shrink()
    return new CaptureInProgress(capture, () => this.#shrink())
  }

  /** The oldest goes first; a single one is never too large. */
  #shrink(): void {
    let total = this.#kept.reduce((sum, capture) => sum + sizeOf(capture), 0)
    while (this.#kept.length > MAX_KEPT || (total > MAX_TOTAL && this.#kept.length > 1)) total -= sizeOf(this.#kept.shift()!)
  }
}

/** Hears the answers to one request. */
export class CaptureInProgress {
  readonly #capture: Capture
  readonly #onEnd: () => void

  constructor(capture: Capture, onEnd: () => void) {
    this.#capture = capture
    this.#onEnd = onEnd
  }

  hear(event: AnswerEvent, choice: number): void {
    if (sizeOf(this.#capture) > 2 * MAX_TEXT) {
      this.#capture.cut = true
      return
    }
    const answer = (this.#capture.answers[choice] ??= { text: '', reasoning: '', calls: [] })
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        answer.text += event.text
        break
      case 'reasoning-delta':
        answer.reasoning += event.text
        break
      case 'tool-call-start':
        answer.calls[event.index] = { name: event.name, arguments: '' }
        break
      case 'tool-call-delta':
        if (answer.calls[event.index]) answer.calls[event.index]!.arguments += event.arguments
        break
    }
  }

  /** No more is heard. */
  end(): void {
    this.#onEnd()
  }
}

function sizeOf({ request, answers }: Capture): number {
  const said = answers.reduce(
    (sum, { text, reasoning, calls }) => sum + text.length + reasoning.length + calls.reduce((all, call) => all + call.arguments.length, 0),
    0,
  )
  return request.length + said
}
