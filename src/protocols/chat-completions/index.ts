import { encodeOpenAIError } from '../openai-error.ts'
import type { Protocol } from '../protocol.ts'
import { decodeChatRequest } from './decode.ts'

/** OpenAI's Chat Completions. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  decode: decodeChatRequest,
  encodeError: encodeOpenAIError,
}
