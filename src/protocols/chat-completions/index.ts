import { decodeBy } from '../decode-request.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import { OPENAI_HINTS, OPENAI_PARAMETER_NAMES } from '../openai-parameters.ts'
import type { Protocol } from '../protocol.ts'
import { KEEP_ALIVE } from '../sse.ts'
import { readChatRequest } from './read.ts'
import { restoreTokens } from './restore-tokens.ts'
import { requestSchema } from './schema.ts'

/** OpenAI's Chat Completions. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  wire: 'chat',
  parameterNames: OPENAI_PARAMETER_NAMES,
  hints: OPENAI_HINTS,
  heartbeat: KEEP_ALIVE,
  comments: true,
  requestSchema,
  read: readChatRequest,
  decode: decodeBy(readChatRequest),
  restoreTokens,
  encodeError: encodeOpenAIError,
}
