import { BridgeError } from '../../core/errors.ts'
import { invalidRequest } from '../invalid-request.ts'
import type { DecodeContext, Decoded } from '../protocol.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { decodeOutputFormat, decodeParameters } from './parameters.ts'
import { requestSchema } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

/**
 * Reads the body of `POST /v1/messages`.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeMessagesRequest(body: Record<string, unknown>, context: DecodeContext): Decoded {
  if (body.thread != null) throw noThreads()
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  const request = parsed.data

  const messages = decodeMessages(request, context.continues)
  const tools = decodeTools(request)
  const parameters = decodeParameters(request)
  const model = context.resolveModel(request.model ?? undefined)
  return {
    prompt: { model, messages, ...tools, output: decodeOutputFormat(request), parameters },
    choices: 1,
    ignored: unreadFields(request, body),
    stream: request.stream ?? false,
    createEncoder: (response) => createEncoder(response, { model: request.model || model, showThoughts: parameters.reasoningDisplay !== 'none' }),
  }
}

/**
 * Of a conversation that the server is to hold, later requests bring the last turn only, so it must not pass for the
 * whole. Anthropic's packages know the code and send everything instead.
 */
function noThreads(): BridgeError {
  return new BridgeError("The bridge holds no threads of Anthropic's. Send all messages, without 'thread'.", {
    code: 'thread_unsupported_request',
    status: 400,
    param: 'thread',
  })
}
