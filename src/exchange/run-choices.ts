import type { AnswerEvent } from '../core/answer-event.ts'
import { Fifo } from '../core/fifo.ts'
import { LinkedAbort } from '../core/linked-abort.ts'
import { incompleteAnswer } from '../protocols/answer.ts'

export interface ChoiceEvent {
  /** Which of the answers it belongs to, from 0. */
  choice: number
  event: AnswerEvent
}

/**
 * Runs the generations of several answers side by side.
 * @yields their events as they come; each answer ends with `finish`
 * @throws whatever the first that fails throws, and 502 for one that stops without a `finish`; the others are aborted
 */
export async function* runChoices(
  count: number,
  generate: (choice: number, signal: AbortSignal) => AsyncIterable<AnswerEvent>,
  signal: AbortSignal,
): AsyncGenerator<ChoiceEvent> {
  using stop = new LinkedAbort(signal)
  const runs = Array.from({ length: count }, (_, choice) => untilFinish(generate(choice, stop.signal)))
  const arrivals = new Arrivals<{ choice: number; result: IteratorResult<AnswerEvent> }>()
  const ask = (choice: number) =>
    runs[choice]!.next().then(
      (result) => arrivals.add({ choice, result }),
      (error: unknown) => arrivals.fail(error),
    )
  for (const choice of runs.keys()) void ask(choice)
  let complete = false
  try {
    for (let open = count; open > 0;) {
      const { choice, result } = await arrivals.next()
      if (result.done) {
        open--
        continue
      }
      yield { choice, event: result.value }
      void ask(choice)
    }
    complete = true
  } finally {
    if (!complete) stop.abort()
    // Nobody waits for what an engine tidies up, and an error of it is no longer this request's.
    for (const run of runs) run.return(undefined).catch(() => {})
  }
}

/** What came, in the order it came. A race of promises would leave something behind at the one that is silent with each of the others'. */
class Arrivals<T> {
  readonly #waiting = new Fifo<T>()
  #failure: { error: unknown } | undefined
  #wake: () => void = () => {}

  add(arrival: T): void {
    this.#waiting.push(arrival)
    this.#wake()
  }

  /** Told before what waits. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }

  async next(): Promise<T> {
    while (this.#waiting.length === 0 && !this.#failure) await new Promise<void>((resolve) => (this.#wake = resolve))
    if (this.#failure) throw this.#failure.error
    return this.#waiting.shift()!
  }
}

/** Ends with `finish`, whatever the engine still has to tidy up: nobody should wait for that. */
async function* untilFinish(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  const iterator = events[Symbol.asyncIterator]()
  let finished = false
  try {
    while (!finished) {
      const { done, value } = await iterator.next()
      if (done) throw incompleteAnswer()
      finished = value.type === 'finish'
      yield value
    }
  } finally {
    // The answer is complete, so an error of the tidying up is no longer this request's.
    if (finished) iterator.next().catch(() => {})
    else await iterator.return?.()
  }
}
