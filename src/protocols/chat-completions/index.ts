import { decodeBy } from '../decode-request.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import { OPENAI_HINTS, OPENAI_PARAMETER_NAMES } from '../openai-parameters.ts'
import type { Protocol } from '../protocol.ts'
import { KEEP_ALIVE } from '../sse.ts'
import { readChatRequest } from './read.ts'
import { restoreTokens } from './restore-tokens.ts'
import { requestSchema } from './schema.ts'

/** OpenRouter's places for Anthropic's marks of its cache. */
const CACHE_MARKS = ['messages.content.cache_control', 'messages.cache_control', 'tools.cache_control', 'tools.function.cache_control']

/** OpenAI's agents write their whole message into each of its texts. */
const REPEATED = ['messages.content.role', 'messages.content.reasoning_content', 'messages.content.tool_calls']

/** OpenAI's Chat Completions. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  wire: 'chat',
  parameterNames: OPENAI_PARAMETER_NAMES,
  hints: [...OPENAI_HINTS, ...CACHE_MARKS, ...REPEATED],
  heartbeat: KEEP_ALIVE,
  comments: true,
  requestSchema,
  read: readChatRequest,
  decode: decodeBy(readChatRequest),
  restoreTokens,
  encodeError: encodeOpenAIError,
}
