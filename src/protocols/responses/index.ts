import { decodeBy } from '../decode-request.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import type { Protocol } from '../protocol.ts'
import { KEEP_ALIVE } from '../sse.ts'
import { noMemory, type ResponseMemory } from './memory.ts'
import { parameterNames } from './parameters.ts'
import { passResponses } from './passing.ts'
import { readResponsesRequest } from './read.ts'
import { restoreTokens } from './restore-tokens.ts'
import { requestSchema } from './schema.ts'
import { hints } from './unread-fields.ts'

/** OpenAI's Responses, with a memory for what it keeps between requests. */
export function createResponses(memory: ResponseMemory): Protocol {
  const read: Protocol['read'] = (body, context = {}) => readResponsesRequest(body, context, memory)
  return {
    name: 'responses',
    wire: 'responses',
    parameterNames,
    hints,
    heartbeat: KEEP_ALIVE,
    comments: true,
    requestSchema,
    read,
    decode: decodeBy(read),
    pass: (body) => passResponses(body, memory),
    restoreTokens,
    encodeError: encodeOpenAIError,
  }
}

/** The answer of `POST /v1/responses/input_tokens`. */
export function encodeInputTokens(tokens: number): { object: 'response.input_tokens'; input_tokens: number } {
  return { object: 'response.input_tokens', input_tokens: tokens }
}

/** The format without a memory; errors are the same in both. */
export const responses: Protocol = createResponses(noMemory)
