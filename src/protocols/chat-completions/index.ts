import { encodeOpenAIError } from '../openai-error.ts'
import type { Protocol } from '../protocol.ts'
import { decodeChatRequest } from './decode.ts'
import { parameterNames } from './parameters.ts'
import { requestSchema } from './schema.ts'

/** OpenAI's Chat Completions. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  parameterNames,
  requestSchema,
  decode: decodeChatRequest,
  encodeError: encodeOpenAIError,
}
