import { BridgeError, cancelledError, toBridgeError } from '../core/errors.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Model } from '../core/model.ts'
import type { Engine } from '../engines/engine.ts'
import type { OpenAttempt } from '../records/open-attempt.ts'
import type { OpenRecord } from '../records/open-record.ts'
import type { AnswerItem } from './answer-items.ts'
import { askModel, type Plan, type Question } from './ask-model.ts'
import type { ConversationTurn } from './conversation.ts'
import { fallBack } from './fall-back.ts'
import type { AnswerKeeper } from './recollection/answer-keeper.ts'

export interface QuestionRun<P extends Plan> {
  engine: Pick<Engine, 'open'>
  /** Those that may answer, at least one; the next is asked when one is unavailable. */
  models: readonly Model[]
  question: Question<P>
  /** Who hears each piece before it goes on. */
  record: OpenRecord
  keeper: AnswerKeeper
  /** Takes the conversation that the answer belongs to, if it does. */
  beginTurn(): ConversationTurn | undefined
  signal: AbortSignal
}

/**
 * Asks the models and lets those hear of the answers who keep something of them: one loop, for each piece takes it.
 * @yields the events of the answers, each of which ends with `finish`, or an answer as it comes
 * @throws BridgeError that of the last model that was asked, 499 when `signal` aborted
 */
export async function* runQuestion<P extends Plan>({
  engine,
  models,
  question,
  record,
  keeper,
  beginTurn,
  signal,
}: QuestionRun<P>): AsyncGenerator<AnswerItem> {
  const turn = beginTurn()
  record.ask(models[0]!)
  let attempt: OpenAttempt | undefined
  const ask = (model: Model) => askModel(engine, question, model, (attempt = record.attempt(model)), signal)
  let unfinished = question.choices
  /** Whether the model that is asked was asked again. */
  let repeated = false
  const note = (event: AnswerEvent) => {
    if (event.type === 'retry') repeated = true
    else record.token(lengthOf(event))
    if (event.type === 'finish' && --unfinished === 0) record.finish()
  }
  try {
    for await (const item of fallBack(models, ask, signal)) {
      if ('event' in item) note(item.event)
      else if (item.type === 'fallback') {
        repeated = false
        attempt!.fail(item.error)
      } else if (item.type === 'bytes') {
        record.token()
        for (const event of item.events) note(event)
      }
      const kept = keeper.hear(item)
      if (kept) await kept
      turn?.hear(item)
      yield item
    }
    // An answer whose end the bridge did not understand was passed on to its end all the same.
    record.finish()
  } catch (thrown) {
    const error = signal.aborted ? endOf(signal) : toBridgeError(thrown).with({ repeated })
    attempt?.fail(error)
    record.fail(error)
    throw error
  } finally {
    turn?.end()
    // Whoever leaves early is gone.
    record.cancel()
  }
}

/** Who ended it says why, unless that was the client. */
function endOf({ reason }: AbortSignal): BridgeError {
  return reason instanceof BridgeError ? reason : cancelledError()
}

/** Characters that an event adds to an answer. */
function lengthOf(event: AnswerEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return event.text.length
    case 'tool-call-delta':
      return event.arguments.length
    default:
      return 0
  }
}
