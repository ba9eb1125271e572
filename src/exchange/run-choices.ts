import type { Event } from '../core/event.ts'
import { LinkedAbort } from '../core/linked-abort.ts'
import { incompleteAnswer } from '../protocols/answer.ts'

export interface ChoiceEvent {
  /** Which of the answers it belongs to, from 0. */
  choice: number
  event: Event
}

/**
 * Runs the generations of several answers side by side.
 * @yields their events as they come; each answer ends with `finish`
 * @throws whatever the first that fails throws, and 502 for one that stops without a `finish`; the others are aborted
 */
export async function* runChoices(
  count: number,
  generate: (choice: number, signal: AbortSignal) => AsyncIterable<Event>,
  signal: AbortSignal,
): AsyncGenerator<ChoiceEvent> {
  using stop = new LinkedAbort(signal)
  const runs = Array.from({ length: count }, (_, choice) => untilFinish(generate(choice, stop.signal)))
  const next = async (choice: number) => ({ choice, result: await runs[choice]!.next() })
  const pending = new Map(runs.map((_, choice) => [choice, next(choice)]))
  let complete = false
  try {
    while (pending.size > 0) {
      const { choice, result } = await Promise.race(pending.values())
      pending.delete(choice)
      if (result.done) continue
      yield { choice, event: result.value }
      // At the end of the map, where it does not keep the other answers waiting.
      pending.set(choice, next(choice))
    }
    complete = true
  } finally {
    if (!complete) stop.abort()
    // Nobody waits for what an engine tidies up, and an error of it is no longer this request's.
    for (const run of runs) run.return(undefined).catch(() => {})
  }
}

/** Ends with `finish`, whatever the engine still has to tidy up: nobody should wait for that. */
async function* untilFinish(events: AsyncIterable<Event>): AsyncGenerator<Event> {
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
