import { encodeOpenAIError } from '../openai-error.ts'
import { OPENAI_HINTS } from '../openai-parameters.ts'
import type { Protocol } from '../protocol.ts'
import { decodeCompletionRequest } from './decode.ts'
import { parameterNames } from './parameters.ts'
import { requestSchema } from './schema.ts'

/** OpenAI's Completions, the endpoint before Chat Completions. */
export const completions: Protocol = {
  name: 'completions',
  parameterNames,
  hints: OPENAI_HINTS,
  requestSchema,
  decode: decodeCompletionRequest,
  encodeError: encodeOpenAIError,
}
