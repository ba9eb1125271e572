import { encodeOpenAIError } from '../openai-error.ts'
import type { Protocol } from '../protocol.ts'
import { decodeChatRequest } from './decode.ts'
import { parameterNames } from './parameters.ts'

/** OpenAI's Chat Completions. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  parameterNames,
  decode: decodeChatRequest,
  encodeError: encodeOpenAIError,
}
