import { type Json } from '../check.ts'
import type { IssuedAnswer, IssuedPiece } from '../ledger.ts'
import type { Answer } from '../scripts.ts'
import { frame, inPieces, newId, type Reply, stream, TOKENS } from '../wire.ts'
import { geminiError } from './errors.ts'

export interface GeminiStyle {
  model: string
  streamed: boolean
  /** With `alt=sse` a stream is of events, else it is one JSON array. */
  sse: boolean
  includeThoughts: boolean
}

/** Writes an answer as Google's chunks, or as one response. */
export function geminiReply({ end }: Answer, issued: IssuedAnswer, { model, streamed, sse, includeThoughts }: GeminiStyle): Reply {
  const finishReason = end === 'length' ? 'MAX_TOKENS' : 'STOP'
  const shown = issued.pieces.filter((piece) => piece.type !== 'thinking' || (includeThoughts && piece.text !== ''))
  const responseId = newId('')
  const response = (parts: Json[], more: object = {}) => ({
    candidates: [{ content: { parts, role: 'model' }, ...more, index: 0 }],
    usageMetadata: usageOf(issued),
    modelVersion: model,
    responseId,
  })
  if (!streamed) return { status: 200, json: response(shown.map(partOf), { finishReason }) }
  const chunks: Json[] = shown.flatMap(partsOf).map((part) => response([part]))
  if (end === undefined || end === 'stop' || end === 'length') chunks.push(response([{ text: '' }], { finishReason }))
  if (end === 'error') chunks.push(geminiError(503, 'The model is overloaded. Please try again later.'))
  if (sse)
    return stream(
      chunks.map((chunk) => frame(chunk)),
      { pieces: [], ...(end ? { end } : {}) },
    )
  const frames = chunks.map((chunk, index) => `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(chunk, null, 2)}`)
  return { status: 200, headers: { 'content-type': 'application/json; charset=UTF-8' }, frames: [...frames, ']'], cut: end === 'cut' }
}

function partOf(piece: IssuedPiece): Json {
  if (piece.type === 'thinking') return { text: piece.text, thought: true }
  const signature = piece.token === undefined ? {} : { thoughtSignature: piece.token }
  if (piece.type === 'text') return { text: piece.text, ...signature }
  return { functionCall: { name: piece.name, args: piece.arguments, id: piece.id }, ...signature }
}

/** Texts come in pieces, the signature of a text on an empty part after them. */
function partsOf(piece: IssuedPiece): Json[] {
  if (piece.type === 'call') return [partOf(piece)]
  if (piece.type === 'thinking') return inPieces(piece.text).map((text) => ({ text, thought: true }))
  const signature = piece.token === undefined ? [] : [{ text: '', thoughtSignature: piece.token }]
  return [...inPieces(piece.text).map((text) => ({ text })), ...signature]
}

function usageOf({ pieces }: IssuedAnswer): Json {
  const thoughts = pieces.some(({ type }) => type === 'thinking') ? TOKENS.thinking : 0
  return {
    promptTokenCount: TOKENS.input,
    cachedContentTokenCount: TOKENS.cached,
    candidatesTokenCount: TOKENS.output - thoughts,
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    totalTokenCount: TOKENS.input + TOKENS.output,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: TOKENS.input }],
  }
}
