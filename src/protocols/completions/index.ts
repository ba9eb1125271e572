import { decodeBy } from '../decode-request.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import { OPENAI_HINTS } from '../openai-parameters.ts'
import type { Protocol } from '../protocol.ts'
import { KEEP_ALIVE } from '../sse.ts'
import { parameterNames } from './parameters.ts'
import { readCompletionRequest } from './read.ts'
import { requestSchema } from './schema.ts'

/** OpenAI's Completions, the endpoint before Chat Completions. */
export const completions: Protocol = {
  name: 'completions',
  parameterNames,
  hints: OPENAI_HINTS,
  heartbeat: KEEP_ALIVE,
  comments: true,
  requestSchema,
  read: readCompletionRequest,
  decode: decodeBy(readCompletionRequest),
  encodeError: encodeOpenAIError,
}
