import { BridgeError } from '../../core/errors.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { isObject } from '../../core/json-value.ts'
import type { ReaderContext } from '../wire.ts'
import { errorOf } from './error.ts'
import { MessagesReader } from './read-stream.ts'

/**
 * Reads a message that came in one piece.
 * @throws BridgeError the error that the body tells of, 502 for one that is no message
 */
export function readWhole(body: unknown, context: ReaderContext): AnswerEvent[] {
  const error = errorOf(body)
  if (error) throw error
  if (!isObject(body) || !Array.isArray(body.content)) {
    throw new BridgeError('The provider answered with something that is no message.', { code: 'upstream_error', status: 502 })
  }
  const { content, usage, stop_reason, stop_sequence, stop_details } = body
  const reader = new MessagesReader(context)
  return [
    ...content.flatMap((block, index) => [
      ...reader.read({ type: 'content_block_start', index, content_block: block }),
      ...reader.read({ type: 'content_block_stop', index }),
    ]),
    ...reader.read({ type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details }, usage }),
    ...reader.read({ type: 'message_stop' }),
    ...reader.end(true),
  ]
}
