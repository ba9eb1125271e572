import { cancelledError, toBridgeError } from '../core/errors.ts'
import type { Event } from '../core/event.ts'
import { incompleteAnswer } from '../protocols/answer.ts'
import type { Decoded } from '../protocols/protocol.ts'
import type { Services } from './app-options.ts'
import { markFailure, markFirstToken, type Outcome, type RequestTrace } from './request-trace.ts'

/**
 * Runs a request and keeps the books on it: first token, outcome, the list of running requests.
 * @yields the events of the answer; the last is `finish`
 * @throws BridgeError the engine's, 499 when `signal` aborted, 502 when the engine stopped without a `finish`
 */
export async function* answerEvents(
  services: Services,
  { prompt, stream }: Pick<Decoded, 'prompt' | 'stream'>,
  trace: RequestTrace,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const { requestId } = trace
  const leave = services.requests.begin({ id: requestId, model: prompt.model, stream })
  let outcome: Outcome = 'cancelled'
  try {
    for await (const event of untilFinish(services.engine.generate(prompt, { signal, requestId }))) {
      if (event.type !== 'retry') markFirstToken(trace)
      if (event.type === 'finish') {
        // Many clients hang up once they have read the end, which must not count as a cancellation.
        outcome = trace.outcome = 'ok'
        leave(outcome)
      }
      yield event
    }
  } catch (thrown) {
    const error = signal.aborted ? cancelledError() : toBridgeError(thrown)
    markFailure(trace, error)
    outcome = error.code === 'cancelled' ? 'cancelled' : 'failed'
    throw error
  } finally {
    trace.outcome ??= outcome
    leave(outcome)
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
