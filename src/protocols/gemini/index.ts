import { decodeBy } from '../decode-request.ts'
import type { Protocol } from '../protocol.ts'
import { sseData } from '../sse.ts'
import { encodeGeminiError } from './error.ts'
import { sseToJsonArray } from './json-array.ts'
import { parameterNames } from './parameters.ts'
import { readGenerateRequest, type Target } from './read.ts'
import { restoreTokens } from './restore-tokens.ts'
import { requestSchema } from './schema.ts'

/**
 * A chunk that adds nothing to an answer. Google's packages read no comments: `@google/generative-ai` and `@google/genai` 1.0
 * stop at the first one, later ones lose the chunk behind it. A chunk without a candidate is no valid answer to their chats.
 */
const SILENCE = sseData(JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, index: 0 }] }))

/** Google's generateContent for a request whose body names the model. */
export const gemini: Protocol = geminiAt({ stream: false })

/**
 * Google's generateContent: the URL says which model is asked and how it is to answer, so the format is made for it.
 * Streams are server-sent events, or one array of JSON.
 */
export function geminiAt(target: Target): Protocol {
  const read: Protocol['read'] = (body, context) => readGenerateRequest(body, target, context)
  return {
    name: 'gemini',
    wire: 'gemini',
    parameterNames,
    // Marks of Google's bills.
    hints: ['labels'],
    ...(target.array && { streamType: 'application/json; charset=utf-8', reshape: sseToJsonArray }),
    heartbeat: SILENCE,
    comments: false,
    requestSchema,
    read,
    decode: decodeBy(read),
    restoreTokens,
    encodeError: encodeGeminiError,
  }
}

export { decodeCountRequest, encodeCount } from './count-tokens.ts'
export { readBatchEmbedContents, readEmbedContent } from './embeddings.ts'
export { encodeModel, encodeModels } from './models.ts'
export { decodeModelName, parseTarget } from './target.ts'
