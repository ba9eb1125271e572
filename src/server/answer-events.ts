import { cancelledError, toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import { runSession } from '../exchange/run-session.ts'
import { generate } from '../generation/generate.ts'
import type { Services } from './app-options.ts'
import { fallBack, type Fallback } from './fall-back.ts'
import { markFailure, markFallback, markFirstToken, type Outcome, type RequestTrace } from './request-trace.ts'
import { type ChoiceEvent, runChoices } from './run-choices.ts'

export interface AnswerRequest {
  prompt: Prompt
  /** Those that may answer, at least one; the next is asked when one is unavailable. */
  models: readonly Model[]
  /** How many answers to generate. */
  choices: number
  stream: boolean
  /** Hears which model is asked, before it is. */
  onModel(model: Model): void
}

/** A piece of one of the answers, or the news that another model is asked for all of them. */
export type AnswerItem = ChoiceEvent | Fallback

/**
 * Runs a request and keeps the books on it: first token, outcome, the list of running requests.
 * @yields the events of the answers; each ends with `finish`
 * @throws BridgeError the engine's on the last model that was asked, 499 when `signal` aborted, 502 when the engine stopped without a `finish`
 */
export async function* answerEvents(
  { engine, config, requests }: Services,
  { prompt, models, choices, stream, onModel }: AnswerRequest,
  trace: RequestTrace,
  signal: AbortSignal,
): AsyncGenerator<AnswerItem> {
  const { requestId } = trace
  const running = { id: requestId, model: prompt.model, stream }
  const leave = requests.begin(running)
  const ask = (model: Model): AsyncIterable<ChoiceEvent> => {
    running.model = model.id
    onModel(model)
    const run = (choice: number, signal: AbortSignal) =>
      generate(
        runSession(engine, { signal, requestId: choices === 1 ? requestId : `${requestId}.${choice}` }),
        { ...prompt, model: model.id },
        model,
        config,
      )
    return runChoices(choices, run, signal)
  }
  let outcome: Outcome = 'cancelled'
  let unfinished = choices
  try {
    for await (const item of fallBack(models, ask, signal)) {
      if ('type' in item) {
        markFallback(trace, item.error)
        yield item
        continue
      }
      if (item.event.type !== 'retry') markFirstToken(trace)
      if (item.event.type === 'finish' && --unfinished === 0) {
        // Many clients hang up once they have read the end, which must not count as a cancellation.
        outcome = trace.outcome = 'ok'
        leave(outcome)
      }
      yield item
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
