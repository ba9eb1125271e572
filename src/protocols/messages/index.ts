import { decodeBy } from '../decode-request.ts'
import type { Protocol } from '../protocol.ts'
import { encodeAnthropicError } from './encode-error.ts'
import { encodeEvent } from './encode-event.ts'
import { parameterNames } from './parameters.ts'
import { readMessagesRequest } from './read.ts'
import { restoreTokens } from './restore-tokens.ts'
import { requestSchema } from './schema.ts'

export { decodeCountRequest, encodeCount } from './count-tokens.ts'
export { encodeModel, encodeModels } from './models.ts'
export { countRequestSchema } from './schema.ts'

/**
 * Of a tool, whether its arguments are streamed before they are checked, and whether the model must search for it, which finds
 * all of them here; of a message, the effort that it was asked with.
 */
const HINTS = ['tools.eager_input_streaming', 'tools.defer_loading', 'messages.output_config']

/** Anthropic's Messages. */
export const messages: Protocol = {
  name: 'messages',
  wire: 'messages',
  parameterNames,
  hints: HINTS,
  requestIdHeader: 'request-id',
  heartbeat: encodeEvent({ type: 'ping' }),
  comments: true,
  requestSchema,
  read: readMessagesRequest,
  decode: decodeBy(readMessagesRequest),
  restoreTokens,
  encodeError: encodeAnthropicError,
}
