import type { Protocol } from '../protocol.ts'
import { decodeMessagesRequest } from './decode.ts'
import { encodeAnthropicError } from './encode-error.ts'
import { parameterNames } from './parameters.ts'

export { decodeCountRequest, encodeCount } from './count-tokens.ts'

/** Anthropic's Messages. */
export const messages: Protocol = {
  name: 'messages',
  parameterNames,
  decode: decodeMessagesRequest,
  encodeError: encodeAnthropicError,
}
