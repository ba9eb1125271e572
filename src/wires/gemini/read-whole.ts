import { BridgeError } from '../../core/errors.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { isObject } from '../../core/json-value.ts'
import type { ReaderContext } from '../wire.ts'
import { GeminiReader } from './read-stream.ts'

/**
 * Reads an answer that came in one piece, or the pieces of a stream as a JSON array.
 * @throws BridgeError the error that the body tells of, 502 for one that is no answer
 */
export function readWhole(body: unknown, context: ReaderContext): AnswerEvent[] {
  const reader = new GeminiReader(context)
  const pieces = Array.isArray(body) ? body : [body]
  const events = pieces.flatMap((piece) => reader.read(piece))
  if (!pieces.some(isAnswer))
    throw new BridgeError('The provider answered with something that is no answer of a model.', { code: 'upstream_error', status: 502 })
  return [...events, ...reader.end()]
}

function isAnswer(piece: unknown): boolean {
  return isObject(piece) && (Array.isArray(piece.candidates) || isObject(piece.promptFeedback))
}
