import { frame, STREAM, WHOLE } from './sse.js'

const USAGE = {
  prompt_tokens: 120,
  completion_tokens: 24,
  total_tokens: 144,
  prompt_tokens_details: { cached_tokens: 64 },
  completion_tokens_details: { reasoning_tokens: 8 },
}

export function toolNames({ tools = [] }) {
  return tools.map((tool) => tool.function?.name ?? tool.custom?.name ?? tool.name)
}

export function turnsTaken({ messages }) {
  return messages.filter(({ role, tool_calls: calls }) => role === 'assistant' && calls?.length > 0).length
}

/** @type {import('./index.js').WireAnswers['write']} */
export function write({ body }, { text, calls }) {
  const base = { id: 'chatcmpl-recorded', created: 1_780_000_000, model: body.model, system_fingerprint: 'fp_recorded' }
  const toolCalls = calls.map(({ name, args }, index) => ({
    id: `call_recorded_${turnsTaken(body)}_${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }))
  const reason = calls.length > 0 ? 'tool_calls' : 'stop'
  if (!body.stream) {
    const message = {
      role: 'assistant',
      content: text,
      reasoning_content: 'Let me see.',
      refusal: null,
      ...(calls.length > 0 ? { tool_calls: toolCalls } : {}),
    }
    const choices = [{ index: 0, message, logprobs: null, finish_reason: reason }]
    return { contentType: WHOLE, frames: [JSON.stringify({ ...base, object: 'chat.completion', choices, usage: USAGE })] }
  }
  const chunk = (delta, finish = null) => frame({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })
  return {
    contentType: STREAM,
    frames: [
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'Let me see.' }),
      chunk({ content: text }),
      ...toolCalls.map((call, index) => chunk({ tool_calls: [{ index, ...call }] })),
      chunk({}, reason),
      frame({ ...base, object: 'chat.completion.chunk', choices: [], usage: USAGE }),
      'data: [DONE]\n\n',
    ],
  }
}
