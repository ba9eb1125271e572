import type { Json } from '../check.ts'
import { callsOf, type IssuedAnswer, type IssuedPiece } from '../ledger.ts'
import type { Answer, Piece } from '../scripts.ts'
import { frame, inPieces, newId, type Reply, stream, TOKENS, type WireContext } from '../wire.ts'
import { anthropicError } from './errors.ts'
import type { Conversation } from './thinking.ts'
import { blockOf, subjectOfNext } from './thinking.ts'

/** The pieces that the request lets the model give, with ids and signatures. */
export function issueBlocks(pieces: readonly Piece[], step: number, conversation: Conversation, context: WireContext): IssuedAnswer {
  const issued: IssuedPiece[] = []
  for (const piece of pieces) {
    if (piece.type === 'call') issued.push({ ...piece, id: piece.id ?? newId('toolu_01') })
    else if (piece.type === 'text') {
      // An empty block cannot come back.
      if (piece.text !== '') issued.push({ type: 'text', text: piece.text })
    } else if (mayThink(issued, step, conversation)) {
      const shown = { text: conversation.thinking.shown ? piece.text : '', redacted: piece.redacted === true }
      issued.push({ type: 'thinking', ...shown, token: context.mint(conversation.owner, subjectOfNext(shown, issued, conversation)) })
    }
  }
  return { owner: conversation.owner, pieces: issued }
}

/** Without interleaving a model thinks once in a turn, at its beginning. */
function mayThink(issued: readonly IssuedPiece[], step: number, { thinking }: Conversation): boolean {
  if (thinking.mode === 'disabled') return false
  return thinking.interleaved || (step === 0 && issued.length === 0)
}

/** Writes an answer as Anthropic's events, or as one message. */
export function messagesReply({ body }: Conversation, { end }: Answer, issued: IssuedAnswer): Reply {
  const stop_reason = end === 'length' ? 'max_tokens' : callsOf(issued).length > 0 ? 'tool_use' : 'end_turn'
  const head = { id: newId('msg_01'), type: 'message', role: 'assistant', model: body.model, container: null, diagnostics: null }
  const usage = usageOf(issued)
  if (body.stream !== true) {
    return {
      status: 200,
      headers: { 'request-id': newId('req_') },
      json: { ...head, content: issued.pieces.map(blockOf), stop_reason, stop_details: null, stop_sequence: null, usage },
    }
  }
  const started = {
    ...head,
    content: [],
    stop_reason: null,
    stop_details: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: null },
  }
  const frames = [
    event({ type: 'message_start', message: started }),
    ...issued.pieces.flatMap((piece, index) => [...blockEvents(piece, index), ...(index === 0 ? [event({ type: 'ping' })] : [])]),
  ]
  if (end === 'cut') return stream(frames, { pieces: [], end })
  if (end === 'error') return stream([...frames, frame(anthropicError(529, 'Overloaded'), 'error')], { pieces: [], end })
  frames.push(event({ type: 'message_delta', delta: { stop_reason, stop_details: null, stop_sequence: null }, usage }), event({ type: 'message_stop' }))
  return stream(frames, { pieces: [] })
}

function blockEvents(piece: IssuedPiece, index: number): string[] {
  const start = (content_block: object) => event({ type: 'content_block_start', index, content_block })
  const delta = (delta: object) => event({ type: 'content_block_delta', index, delta })
  const stop = event({ type: 'content_block_stop', index })
  if (piece.type === 'text') return [start({ type: 'text', text: '' }), ...inPieces(piece.text).map((text) => delta({ type: 'text_delta', text })), stop]
  if (piece.type === 'call') {
    const parts = ['', ...inPieces(JSON.stringify(piece.arguments))]
    return [start({ ...blockOf(piece), input: {} }), ...parts.map((partial_json) => delta({ type: 'input_json_delta', partial_json })), stop]
  }
  if (piece.redacted) return [start(blockOf(piece)), stop]
  const parts = inPieces(piece.text).map((thinking) => delta({ type: 'thinking_delta', thinking }))
  return [start({ type: 'thinking', thinking: '', signature: '' }), ...parts, delta({ type: 'signature_delta', signature: piece.token }), stop]
}

function event(data: { type: string } & Json): string {
  return frame(data, data.type)
}

function usageOf({ pieces }: IssuedAnswer) {
  return {
    input_tokens: TOKENS.input - TOKENS.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: TOKENS.cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: TOKENS.output,
    output_tokens_details: { thinking_tokens: pieces.some(({ type }) => type === 'thinking') ? TOKENS.thinking : 0 },
    server_tool_use: null,
    service_tier: 'standard',
  }
}
