import { cancelledError, toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import type { Engine } from '../engines/engine.ts'
import type { OpenAttempt } from '../records/open-attempt.ts'
import type { OpenRecord } from '../records/open-record.ts'
import { askModel, type Plan, type Question } from './ask-model.ts'
import { fallBack, type Fallback } from './fall-back.ts'
import type { Passed } from './pass-through.ts'
import type { ChoiceEvent } from './run-choices.ts'

/** A piece of one of the answers, or the news that another model is asked for all of them. */
export type AnswerItem = ChoiceEvent | Passed | Fallback

/**
 * Runs a request and keeps the books on it.
 * @param models those that may answer, at least one; the next is asked when one is unavailable
 * @yields the events of the answers, each of which ends with `finish`, or an answer as it comes
 * @throws BridgeError that of the last model that was asked, 499 when `signal` aborted
 */
export async function* answerEvents<P extends Plan>(
  engine: Pick<Engine, 'name' | 'open'>,
  models: readonly Model[],
  question: Question<P>,
  record: OpenRecord,
  signal: AbortSignal,
): AsyncGenerator<AnswerItem> {
  record.ask(models[0]!)
  let attempt: OpenAttempt | undefined
  const ask = (model: Model) => askModel(engine, question, model, (attempt = record.attempt(model)), signal)
  let unfinished = question.choices
  /** Whether the model that is asked was asked again. */
  let repeated = false
  const note = (type: string) => {
    if (type === 'retry') repeated = true
    else record.token()
    if (type === 'finish' && --unfinished === 0) record.finish()
  }
  try {
    for await (const item of fallBack(models, ask, signal)) {
      if ('event' in item) note(item.event.type)
      else if (item.type === 'fallback') {
        repeated = false
        attempt!.fail(item.error)
      } else if (item.type === 'bytes') {
        record.token()
        for (const event of item.events) note(event.type)
      }
      yield item
    }
    // An answer whose end the bridge did not understand was passed on to its end all the same.
    record.finish()
  } catch (thrown) {
    const error = signal.aborted ? cancelledError() : toBridgeError(thrown).with({ repeated })
    attempt?.fail(error)
    record.fail(error)
    throw error
  } finally {
    // Whoever leaves early is gone.
    record.fail(cancelledError())
  }
}
