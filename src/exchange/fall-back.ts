import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import type { Passed } from './pass-through.ts'
import type { ChoiceEvent } from './run-choices.ts'

/** The next model is asked. Nothing of the answer had been sent. */
export interface Fallback {
  type: 'fallback'
  from: string
  to: string
  error: BridgeError
}

/** Failures before the first token that have to do with the request or with the bridge itself. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set([
  'bridge_overloaded',
  'bridge_draining',
  'internal_error',
  'cancelled',
  'context_length_exceeded',
  'content_filter',
])

/**
 * Asks models in turn until one begins to answer.
 * @param models at least one, in order of preference
 * @param ask runs the request on a model
 * @yields what comes of the answer, and a `fallback` before each further model
 * @throws what the last model that was asked throws
 */
export function fallBack(models: readonly Model[], ask: Ask, signal: AbortSignal): AsyncIterable<ChoiceEvent | Passed | Fallback> {
  return models.length === 1 ? ask(models[0]!) : askInTurn(models, ask, signal)
}

type Ask = (model: Model) => AsyncIterable<ChoiceEvent | Passed>

async function* askInTurn(models: readonly Model[], ask: Ask, signal: AbortSignal): AsyncGenerator<ChoiceEvent | Passed | Fallback> {
  for (const [index, model] of models.entries()) {
    let begun = false
    try {
      for await (const item of ask(model)) {
        begun ||= !('event' in item) || item.event.type !== 'retry'
        yield item
      }
      return
    } catch (error) {
      const next = models[index + 1]
      if (begun || signal.aborted || next === undefined || !isUnavailable(error)) throw error
      yield { type: 'fallback', from: model.id, to: next.id, error }
    }
  }
}

/** Whether another model may well answer what this one did not: it is down, unreachable, rate-limited or over quota. */
function isUnavailable(error: unknown): error is BridgeError {
  if (!(error instanceof BridgeError) || SAME_EVERYWHERE.has(error.code)) return false
  const { status, code } = error
  return status >= 500 || status === 429 || status === 402 || code === 'insufficient_quota'
}
