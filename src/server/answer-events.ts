import { cancelledError, toBridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import { generate } from '../generation/generate.ts'
import type { Services } from './app-options.ts'
import { markFailure, markFirstToken, type Outcome, type RequestTrace } from './request-trace.ts'
import { type ChoiceEvent, runChoices } from './run-choices.ts'

export interface AnswerRequest {
  prompt: Prompt
  /** That of the prompt. */
  model: Model
  /** How many answers to generate. */
  choices: number
  stream: boolean
}

/**
 * Runs a request and keeps the books on it: first token, outcome, the list of running requests.
 * @yields the events of the answers; each ends with `finish`
 * @throws BridgeError the engine's, 499 when `signal` aborted, 502 when the engine stopped without a `finish`
 */
export async function* answerEvents(
  { engine, config, requests }: Services,
  { prompt, model, choices, stream }: AnswerRequest,
  trace: RequestTrace,
  signal: AbortSignal,
): AsyncGenerator<ChoiceEvent> {
  const { requestId } = trace
  const leave = requests.begin({ id: requestId, model: prompt.model, stream })
  const run = (choice: number, signal: AbortSignal) =>
    generate(engine, prompt, model, config, { signal, requestId: choices === 1 ? requestId : `${requestId}.${choice}` })
  let outcome: Outcome = 'cancelled'
  let unfinished = choices
  try {
    for await (const item of runChoices(choices, run, signal)) {
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
