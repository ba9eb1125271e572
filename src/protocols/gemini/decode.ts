import type { DraftMessage } from '../draft-prompt.ts'
import { invalidRequest } from '../invalid-request.ts'
import type { DecodeContext, Decoded } from '../protocol.ts'
import { decodeContents } from './decode-contents.ts'
import { decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { unsupportedValue } from '../invalid-value.ts'
import { normalize } from './normalize.ts'
import { decodeOutputFormat, decodeParameters } from './parameters.ts'
import { type GenerateRequest, requestSchema } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

/** What of a request is in its URL. */
export interface Target {
  /** As the client named it; absent when only the body names one. */
  model?: string
  stream: boolean
}

/**
 * Reads the body of `generateContent` and `streamGenerateContent`.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeGenerateRequest(raw: Record<string, unknown>, target: Target, context: DecodeContext): Decoded {
  const body = normalize(raw)
  refuseCachedContent(body)
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  const request = parsed.data
  const config = request.generationConfig ?? {}

  const name = target.model ?? request.model?.replace(/^models\//, '')
  const model = context.resolveModel(name)
  const choices = config.candidateCount ?? 1
  return {
    prompt: {
      model,
      messages: [...decodeInstruction(request), ...decodeContents(request.contents, context.continues)],
      ...decodeTools(request),
      output: decodeOutputFormat(config),
      parameters: decodeParameters(config),
    },
    choices,
    ignored: unreadFields(body),
    stream: target.stream,
    createEncoder: ({ id }) =>
      createEncoder({ responseId: id, modelVersion: name || model }, { choices, includeThoughts: config.thinkingConfig?.includeThoughts ?? false }),
  }
}

function decodeInstruction({ systemInstruction }: GenerateRequest): DraftMessage[] {
  const content = systemInstruction?.parts.map(({ text }) => text).join('\n')
  return content ? [{ role: 'system', content }] : []
}

/** A part of the prompt is in it, so that leaving it out would change the question. */
function refuseCachedContent({ cachedContent }: Record<string, unknown>): void {
  if (cachedContent == null) return
  throw unsupportedValue('cachedContent', "names content that was stored at Google's. Send it in 'contents'")
}
