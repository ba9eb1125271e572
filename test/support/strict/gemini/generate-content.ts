import { turnOf } from '../history.ts'
import type { IssuedPiece } from '../ledger.ts'
import type { Answer } from '../scripts.ts'
import { newId, type Wire } from '../wire.ts'
import { geminiReply } from './answer.ts'
import { checkContents, entriesOf } from './contents.ts'
import { geminiFailure, geminiRefusal } from './errors.ts'
import { checkGeminiRequest } from './request.ts'
import { checkSignatures, keyed, sign } from './signatures.ts'

const PATH = /^\/models\/([^:]+):(generateContent|streamGenerateContent)$/

/** Google's generateContent: https://ai.google.dev/api/generate-content */
export function gemini(key: string): Wire {
  return {
    handle: ({ path, query, headers, body: given, provider }, context) => {
      const sent = headers['x-goog-api-key'] ?? query.get('key')
      if (sent === null)
        throw geminiRefusal(
          'key',
          "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
          403,
        )
      if (sent !== key)
        throw geminiRefusal('key', 'API key not valid. Please pass a valid API key.', 400, [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
        ])
      const [, model, method] = PATH.exec(path) ?? []
      if (model === undefined) throw geminiRefusal('path', 'Requested entity was not found.', 404)
      if (!context.knows(model))
        throw geminiRefusal('model', `models/${model} is not found for API version v1beta, or is not supported for generateContent.`, 404)
      const { body, tools } = checkGeminiRequest(given)
      const contents = checkContents(body)
      const owner = { provider, model }
      checkSignatures(contents, owner, context)
      const answer = context.play(turnOf(model, entriesOf(contents), tools))
      const issued = sign(
        { owner, pieces: piecesOf(answer) },
        new Set(answer.pieces.flatMap((piece, index) => (piece.type === 'text' && piece.signed ? [index] : []))),
        context,
      )
      context.issue(keyed(issued))
      const includeThoughts = body.generationConfig?.thinkingConfig?.includeThoughts === true
      return geminiReply(answer, issued, { model, streamed: method === 'streamGenerateContent', sse: query.get('alt') === 'sse', includeThoughts })
    },
    failure: geminiFailure,
  }
}

/** Thinking has no token of its own: what was thought is in the signatures. */
function piecesOf({ pieces }: Answer): IssuedPiece[] {
  return pieces.map((piece): IssuedPiece => {
    if (piece.type === 'call') return { type: 'call', id: piece.id ?? newId(''), name: piece.name, arguments: piece.arguments }
    if (piece.type === 'text') return { type: 'text', text: piece.text }
    return { type: 'thinking', text: piece.text, redacted: piece.redacted === true, token: '' }
  })
}
