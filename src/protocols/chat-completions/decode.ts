import type { Sampling } from '../../core/prompt.ts'
import { invalidRequest } from '../invalid-request.ts'
import type { DecodeContext, Decoded } from '../protocol.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeToolChoice, decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { type ChatRequest, requestSchema } from './schema.ts'

/**
 * Reads the body of `POST /v1/chat/completions`.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeChatRequest(body: Record<string, unknown>, context: DecodeContext): Decoded {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  const request = parsed.data

  const model = context.resolveModel(request.model ?? undefined)
  const tools = decodeTools(request.tools)
  return {
    prompt: {
      model,
      messages: decodeMessages(request.messages),
      tools,
      toolChoice: decodeToolChoice(request.tool_choice, tools),
      sampling: decodeSampling(request),
    },
    stream: request.stream ?? false,
    createEncoder: (response) =>
      createEncoder(response, {
        model: request.model || model,
        includeUsage: request.stream_options?.include_usage ?? false,
      }),
  }
}

function decodeSampling(request: ChatRequest): Sampling {
  const maxOutputTokens = request.max_completion_tokens ?? request.max_tokens
  return {
    ...(typeof request.temperature === 'number' && { temperature: request.temperature }),
    ...(typeof request.top_p === 'number' && { topP: request.top_p }),
    ...(typeof maxOutputTokens === 'number' && { maxOutputTokens }),
  }
}
