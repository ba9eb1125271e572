import { callsOf, type IssuedAnswer, type IssuedPiece, textOf } from '../ledger.ts'
import type { Answer } from '../scripts.ts'
import { frame, inPieces, newId, type Reply, stream, TOKENS } from '../wire.ts'
import type { ChatRequest } from './chat-request.ts'
import { openAiFailure } from './errors.ts'

/** How a vendor's chat answers differ from OpenAI's. */
export interface ChatStyle {
  /** The fields of a delta for a piece of thinking, none where the vendor does not show it. */
  thinkingDeltas(answer: IssuedAnswer): Record<string, unknown>[]
  /** What a whole message has beside content and calls. */
  messageFields(answer: IssuedAnswer): Record<string, unknown>
  /** Beside id, object, created and model. */
  chunkFields?: Record<string, unknown>
  /** `own`: a chunk without choices, when asked for; `last`: in the chunk with the finish reason. */
  usageChunk: 'own' | 'last'
  /** A comment before the first event. */
  comment?: string
  /** Beside OpenAI's. */
  usageFields?: Record<string, unknown>
}

/** The pieces of an answer with ids for its calls; thinking has the tokens that `token` makes. */
export function issueChat(owner: IssuedAnswer['owner'], answer: Answer, token: (piece: { text: string; redacted: boolean }) => string): IssuedAnswer {
  const pieces = answer.pieces.map((piece): IssuedPiece => {
    if (piece.type === 'text') return { type: 'text', text: piece.text }
    if (piece.type === 'call') return { type: 'call', id: piece.id ?? newId('call_'), name: piece.name, arguments: piece.arguments }
    return { type: 'thinking', text: piece.text, redacted: piece.redacted === true, token: token({ text: piece.text, redacted: piece.redacted === true }) }
  })
  return { owner, pieces }
}

/** Writes an answer as a stream of chunks or as one completion. */
export function chatReply(request: ChatRequest, answer: Answer, issued: IssuedAnswer, style: ChatStyle): Reply {
  const head = { id: newId('chatcmpl-'), created: 1_790_000_000, model: request.model, ...style.chunkFields }
  const finish = answer.end === 'length' ? 'length' : callsOf(issued).length > 0 ? 'tool_calls' : 'stop'
  const usage = usageOf(issued, style)
  if (!request.streamed) {
    const calls = callsOf(issued).map(({ id, name, arguments: input }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }))
    const message = { role: 'assistant', content: textOf(issued) || null, ...style.messageFields(issued), ...(calls.length > 0 ? { tool_calls: calls } : {}) }
    return { status: 200, json: { ...head, object: 'chat.completion', choices: [{ index: 0, message, logprobs: null, finish_reason: finish }], usage } }
  }
  const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) =>
    frame({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...(request.includesUsage && style.usageChunk === 'own' ? { usage: null } : {}),
      ...more,
    })
  const frames = [
    ...(style.comment === undefined ? [] : [`: ${style.comment}\n\n`]),
    chunk({ role: 'assistant', content: '' }),
    ...style.thinkingDeltas(issued).map((delta) => chunk(delta)),
    ...issued.pieces.flatMap((piece) => (piece.type === 'text' ? inPieces(piece.text).map((content) => chunk({ content })) : [])),
    ...callsOf(issued).flatMap((call, index) => callDeltas(call, index).map((delta) => chunk(delta))),
  ]
  if (answer.end === 'cut') return stream(frames, answer)
  if (answer.end === 'error') return stream([...frames, frame(openAiFailure(500))], answer)
  frames.push(style.usageChunk === 'last' ? chunk({}, finish, { usage }) : chunk({}, finish))
  if (style.usageChunk === 'own' && request.includesUsage) frames.push(frame({ ...head, object: 'chat.completion.chunk', choices: [], usage }))
  return stream([...frames, frame('[DONE]')], answer)
}

function callDeltas({ id, name, arguments: input }: Extract<IssuedPiece, { type: 'call' }>, index: number): object[] {
  const head = { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }
  return [head, ...inPieces(JSON.stringify(input)).map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] }))]
}

function usageOf({ pieces }: IssuedAnswer, { usageFields }: ChatStyle): object {
  const reasoning_tokens = pieces.some(({ type }) => type === 'thinking') ? TOKENS.thinking : 0
  return {
    prompt_tokens: TOKENS.input,
    completion_tokens: TOKENS.output,
    total_tokens: TOKENS.input + TOKENS.output,
    prompt_tokens_details: { cached_tokens: TOKENS.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    ...usageFields,
  }
}
