import { BridgeError } from '../../core/errors.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { errorInAnswer } from '../shared/provider-error.ts'
import type { ReaderContext } from '../wire.ts'
import { ResponsesReader } from './read-stream.ts'

/**
 * Reads a response that came in one piece, whether or not a stream was asked for.
 * @throws BridgeError 502 for what is no response, or the error that the body tells of
 */
export function readWhole(body: any, context: ReaderContext): AnswerEvent[] {
  const error = errorInAnswer(body)
  if (error) throw error
  if (!Array.isArray(body?.output)) throw new BridgeError("The provider's answer is no response.", { code: 'upstream_error', status: 502 })
  const reader = new ResponsesReader(context)
  return [...reader.readResponse(body), ...reader.end(true)]
}
