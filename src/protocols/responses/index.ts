import { decodeBy } from '../decode-request.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import type { Protocol } from '../protocol.ts'
import { KEEP_ALIVE } from '../sse.ts'
import { keepsNothing, nothingRecalled, type Recalled, type ResponseKeeper } from './memory.ts'
import { parameterNames } from './parameters.ts'
import { passResponses } from './passing.ts'
import { readResponsesRequest } from './read.ts'
import { restoreTokens } from './restore-tokens.ts'
import { requestSchema } from './schema.ts'
import { hints } from './unread-fields.ts'

/**
 * OpenAI's Responses for one request.
 * @param recalled what there is of what the request refers to
 * @param keeper hears of its response
 */
export function createResponses(recalled: Recalled, keeper: ResponseKeeper): Protocol {
  const read: Protocol['read'] = (body, context = {}) => readResponsesRequest(body, { ...context, recalled, keeper })
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
    pass: (body) => passResponses(body, recalled, keeper),
    restoreTokens,
    encodeError: encodeOpenAIError,
  }
}

/** The answer of `POST /v1/responses/input_tokens`. */
export function encodeInputTokens(tokens: number): { object: 'response.input_tokens'; input_tokens: number } {
  return { object: 'response.input_tokens', input_tokens: tokens }
}

/** The format where nothing is kept; errors are the same. */
export const responses: Protocol = createResponses(nothingRecalled, keepsNothing)
