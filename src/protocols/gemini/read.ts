import type { DraftMessage } from '../draft-prompt.ts'
import { unsupportedValue } from '../invalid-value.ts'
import type { Decoded, ReadContext, RequestHead } from '../protocol.ts'
import { readBody } from '../read-body.ts'
import { checkCalls } from './check-calls.ts'
import { decodeContents } from './decode-contents.ts'
import { decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { normalize } from './normalize.ts'
import { decodeOutputFormat, decodeParameters } from './parameters.ts'
import { type GenerateRequest, requestSchema } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

/** What of a request is in its URL. */
export interface Target {
  /** As the client named it; absent when only the body names one. */
  model?: string
  stream: boolean
  /** Whether the stream is one array of JSON. */
  array?: boolean
}

/** Reads the body of `generateContent` and `streamGenerateContent`; see `Protocol.read`. */
export function readGenerateRequest(raw: Record<string, unknown>, { model: named, stream }: Target, { continues = false }: ReadContext = {}): RequestHead {
  const body = normalize(raw)
  const { known, strict } = readBody(requestSchema, body)
  checkCalls(known.contents, continues)
  const name = named ?? known.model?.replace(/^models\//, '')
  const choices = known.generationConfig?.candidateCount ?? 1
  const includeThoughts = known.generationConfig?.thinkingConfig?.includeThoughts ?? false
  const encoderFor: RequestHead['createEncoder'] = ({ id }, model) =>
    createEncoder({ responseId: id, modelVersion: name || model }, { choices, includeThoughts })
  return {
    model: name,
    choices,
    stream,
    decode: (model) => {
      refuseCachedContent(body)
      const request = strict()
      return {
        prompt: decode(request, model, continues),
        choices,
        get ignored() {
          return unreadFields(request, body)
        },
        stream,
        createEncoder: (response) => encoderFor(response, model),
      }
    },
    createEncoder: encoderFor,
  }
}

function decode(request: GenerateRequest, model: string, continues: boolean): Decoded['prompt'] {
  const config = request.generationConfig ?? {}
  return {
    model,
    messages: [...decodeInstruction(request), ...decodeContents(request.contents, continues)],
    ...decodeTools(request),
    output: decodeOutputFormat(config),
    parameters: decodeParameters(config),
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
