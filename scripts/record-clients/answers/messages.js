import { namedFrame, SEALED, STREAM, WHOLE } from './sse.js'

const USAGE = { input_tokens: 120, cache_creation_input_tokens: 16, cache_read_input_tokens: 64, output_tokens: 24, service_tier: 'standard' }

export function toolNames({ tools = [] }) {
  return tools.map(({ name }) => name)
}

export function turnsTaken({ messages }) {
  return messages.filter(({ role, content }) => role === 'assistant' && Array.isArray(content) && content.some(({ type }) => type === 'tool_use')).length
}

/** @type {import('./index.js').WireAnswers['write']} */
export function write({ body }, { text, calls }) {
  const thinks = body.thinking !== undefined && body.thinking.type !== 'disabled'
  const content = [
    ...(thinks ? [{ type: 'thinking', thinking: 'Let me see.', signature: SEALED }] : []),
    { type: 'text', text },
    ...calls.map(({ name, args }, index) => ({ type: 'tool_use', id: `toolu_recorded_${turnsTaken(body)}_${index}`, name, input: args })),
  ]
  const message = { id: 'msg_recorded', type: 'message', role: 'assistant', model: body.model, stop_sequence: null, usage: USAGE }
  const reason = calls.length > 0 ? 'tool_use' : 'end_turn'
  if (!body.stream) return { contentType: WHOLE, frames: [JSON.stringify({ ...message, content, stop_reason: reason })] }
  return {
    contentType: STREAM,
    frames: [
      namedFrame({ type: 'message_start', message: { ...message, content: [], stop_reason: null } }),
      ...content.flatMap((block, index) => [
        namedFrame({ type: 'content_block_start', index, content_block: emptied(block) }),
        ...deltas(block).map((delta) => namedFrame({ type: 'content_block_delta', index, delta })),
        namedFrame({ type: 'content_block_stop', index }),
      ]),
      namedFrame({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: USAGE }),
      namedFrame({ type: 'message_stop' }),
    ],
  }
}

function emptied(block) {
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' }
  return block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} }
}

function deltas({ type, text, thinking, signature, input }) {
  if (type === 'thinking')
    return [
      { type: 'thinking_delta', thinking },
      { type: 'signature_delta', signature },
    ]
  return type === 'text' ? [{ type: 'text_delta', text }] : [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }]
}
