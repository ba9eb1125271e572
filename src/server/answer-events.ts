import { cancelledError, toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { askModel, type Plan, type Question } from '../exchange/ask-model.ts'
import { fallBack, type Fallback } from '../exchange/fall-back.ts'
import type { Passed } from '../exchange/pass-through.ts'
import type { ChoiceEvent } from '../exchange/run-choices.ts'
import type { Services } from './app-options.ts'
import { markFailure, markFallback, markFirstToken, type Outcome, type RequestTrace } from './request-trace.ts'

/** A piece of one of the answers, or the news that another model is asked for all of them. */
export type AnswerItem = ChoiceEvent | Passed | Fallback

/**
 * Runs a request and keeps the books on it: first token, outcome, the list of running requests.
 * @param models those that may answer, at least one; the next is asked when one is unavailable
 * @yields the events of the answers, each of which ends with `finish`, or an answer as it comes
 * @throws BridgeError that of the last model that was asked, 499 when `signal` aborted
 */
export async function* answerEvents<P extends Plan>(
  { engine, requests }: Services,
  models: readonly Model[],
  question: Question<P>,
  trace: RequestTrace,
  signal: AbortSignal,
): AsyncGenerator<AnswerItem> {
  const running = { id: trace.requestId, model: models[0]!.id, stream: question.stream }
  const leave = requests.begin(running)
  const ask = (model: Model) => {
    running.model = model.id
    const counted: Question<P> = {
      ...question,
      onPlan: (plan) => {
        requests.countLane(plan.lane)
        question.onPlan(plan)
      },
    }
    return askModel(engine, counted, model, signal)
  }
  let outcome: Outcome = 'cancelled'
  let unfinished = question.choices
  /** Whether the model that is asked was asked again. */
  let repeated = false
  const note = (type: string) => {
    if (type === 'retry') repeated = true
    else markFirstToken(trace)
    if (type !== 'finish' || --unfinished > 0) return
    // Many clients hang up once they have read the end, which must not count as a cancellation.
    outcome = trace.outcome = 'ok'
    leave(outcome)
  }
  try {
    for await (const item of fallBack(models, ask, signal)) {
      if ('event' in item) note(item.event.type)
      else if (item.type === 'fallback') {
        repeated = false
        markFallback(trace, item.error)
      } else if (item.type === 'bytes') {
        markFirstToken(trace)
        for (const event of item.events) note(event.type)
      }
      yield item
    }
    // An answer whose end the bridge did not understand was passed on to its end all the same.
    outcome = trace.outcome = 'ok'
  } catch (thrown) {
    const error = signal.aborted ? cancelledError() : toBridgeError(thrown).with({ repeated })
    markFailure(trace, error)
    outcome = error.code === 'cancelled' ? 'cancelled' : 'failed'
    throw error
  } finally {
    trace.outcome ??= outcome
    leave(outcome)
  }
}
