import { BridgeError } from '../../core/errors.ts'
import { invalidRequest } from '../invalid-request.ts'
import type { DecodeContext, Decoded } from '../protocol.ts'
import { checkHistory } from './check-history.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { decodeOutputFormat, decodeParameters } from './parameters.ts'
import { requestSchema } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

/** What `tools` and `tool_choice` replaced in 2023; no current model of OpenAI's needs them. */
const REPLACED = { functions: 'tools', function_call: 'tool_choice' }

/**
 * Reads the body of `POST /v1/chat/completions`.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeChatRequest(body: Record<string, unknown>, context: DecodeContext): Decoded {
  refuseReplaced(body)
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  const request = parsed.data
  checkHistory(request.messages, context.continues)

  const model = context.resolveModel(request.model ?? undefined)
  const choices = request.n ?? 1
  return {
    prompt: {
      model,
      messages: decodeMessages(request.messages),
      ...decodeTools(request),
      output: decodeOutputFormat(request.response_format),
      parameters: decodeParameters(request),
    },
    choices,
    ignored: unreadFields(request, body),
    stream: request.stream ?? false,
    createEncoder: (response) =>
      createEncoder(response, {
        model: request.model || model,
        choices,
        includeUsage: request.stream_options?.include_usage ?? false,
        showReasoning: !request.reasoning?.exclude,
      }),
  }
}

function refuseReplaced(body: Record<string, unknown>): void {
  for (const [param, successor] of Object.entries(REPLACED)) {
    if (body[param] == null) continue
    throw new BridgeError(`'${param}' is deprecated and not supported. Use '${successor}' instead.`, {
      code: 'unsupported_parameter',
      status: 400,
      param,
    })
  }
}
