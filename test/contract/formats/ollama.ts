import { type AbstractAnswer, type AbstractError, type ClientFormat, emptyAnswer, retryAfterOf, type Turn } from '../client-format.ts'

export const ollama: ClientFormat = {
  name: 'Ollama',
  capabilities: {
    system: 'expressed',
    history: 'expressed',
    tools: 'expressed',
    demand: { reason: 'Ollama has no field for it', attempt: { tool_choice: 'required' }, instead: { ignored: 'tool_choice' } },
    parallelCalls: 'expressed',
    oneCallOnly: { reason: 'Ollama has no field for it', attempt: { parallel_tool_calls: false }, instead: { ignored: 'parallel_tool_calls' } },
    images: 'expressed',
    reasoning: 'expressed',
  },
  // Ollama counts the prompt and the answer, and no part of them.
  countsParts: false,
  frames: 'lines',
  // That there are calls to be made only the message says.
  stopReasons: { stop: 'stop', length: 'length', 'tool-calls': 'stop', 'content-filter': 'content_filter' },
  refusal: { stop: 'stop', isText: true },
  // All that there is of an error is its text, and the status.
  errorTypes: { 400: 'error', 401: 'error', 429: 'error', 500: 'error', 502: 'error' },

  encode: ({ system, turns, tools, maxTokens, stream }) => ({
    path: '/api/chat',
    body: {
      model: 'test/model',
      stream,
      messages: [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(encodeTurn)],
      ...(tools && { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
      options: { num_predict: maxTokens },
    },
  }),

  decodeAnswer: (body) => decode([body]),

  decodeStream: (events) => decode(events.map(({ data }) => JSON.parse(data))),

  decodeError,
}

/** An answer is one piece or many of the same form. */
function decode(pieces: any[]): AbstractAnswer {
  const answer = emptyAnswer()
  for (const piece of pieces) {
    if (piece.error !== undefined) {
      answer.error = decodeError(piece)
      continue
    }
    const { message, done, done_reason: reason } = piece
    answer.text += message.content
    answer.reasoning += message.thinking ?? ''
    for (const { id, function: called } of message.tool_calls ?? []) {
      answer.calls.push({ id, name: called.name, arguments: JSON.stringify(called.arguments) })
    }
    if (!done) continue
    answer.stop = reason
    answer.usage = { input: piece.prompt_eval_count, output: piece.eval_count, cached: 0, reasoning: 0 }
  }
  return answer
}

function decodeError(body: any, headers = new Headers()): AbstractError {
  const { error, ...others } = body
  if (typeof error !== 'string' || Object.keys(others).length > 0) throw new Error('an error is one text')
  return { type: 'error', message: error, retryAfter: retryAfterOf(headers) }
}

function encodeTurn(turn: Turn): object[] {
  switch (turn.role) {
    case 'user':
      return [
        {
          role: 'user',
          content: turn.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
          images: turn.parts.flatMap((part) => (part.type === 'image' ? [part.data] : [])),
        },
      ]
    case 'assistant':
      return [
        {
          role: 'assistant',
          content: turn.text,
          thinking: turn.reasoning,
          tool_calls: turn.calls.map(({ id, name, arguments: args }) => ({ id, function: { name, arguments: JSON.parse(args) } })),
        },
      ]
    case 'tools':
      return turn.results.map(({ call, content }) => ({ role: 'tool', tool_call_id: call.id, tool_name: call.name, content }))
  }
}
