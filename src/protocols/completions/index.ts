import { encodeOpenAIError } from '../openai-error.ts'
import type { Protocol } from '../protocol.ts'
import { decodeCompletionRequest } from './decode.ts'
import { parameterNames } from './parameters.ts'

/** OpenAI's Completions, the endpoint before Chat Completions. */
export const completions: Protocol = {
  name: 'completions',
  parameterNames,
  decode: decodeCompletionRequest,
  encodeError: encodeOpenAIError,
}
