import { BridgeError } from '../../core/errors.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { errorInAnswer } from '../shared/provider-error.ts'
import type { ReaderContext } from '../wire.ts'
import { ChatReader } from './read-stream.ts'

/**
 * Reads a completion that came in one piece, whether or not a stream was asked for.
 * @throws BridgeError 502 for what is no completion, or the error that the body tells of
 */
export function readWhole(body: any, context: ReaderContext): AnswerEvent[] {
  const error = errorInAnswer(body)
  if (error) throw error
  if (typeof body?.choices?.[0]?.message !== 'object') {
    throw new BridgeError("The provider's answer is no chat completion.", { code: 'upstream_error', status: 502 })
  }
  const reader = new ChatReader(context)
  return [...reader.read(body), ...reader.end(true)]
}
