import type { DraftPrompt } from '../draft-prompt.ts'
import type { DecodeContext } from '../protocol.ts'
import { parseBody } from '../read-body.ts'
import { checkHistory } from './check-history.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { decodeOutputFormat } from './parameters.ts'
import { countRequestSchema } from './schema.ts'
import { toTurns } from './turns.ts'
import type { JsonTokenCount } from './shapes.ts'

/**
 * Reads the body of `POST /v1/messages/count_tokens`: a request without what only matters to an answer.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeCountRequest(body: Record<string, unknown>, context: DecodeContext): DraftPrompt {
  const request = parseBody(countRequestSchema, body)
  checkHistory(toTurns(request.messages))
  const messages = decodeMessages(request)
  const tools = decodeTools(request)
  const model = context.resolveModel(request.model ?? undefined)
  return { model, messages, ...tools, output: decodeOutputFormat(request), parameters: {} }
}

export function encodeCount(tokens: number): JsonTokenCount {
  return { input_tokens: tokens }
}
