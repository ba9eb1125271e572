import type { ToolCall, Turn, UserPart, ClientFormat } from '../client-format.ts'
import { dataUrl, decodeChunks, decodeError, decodeUsage, errorTypes } from './openai.ts'

export const chatCompletions: ClientFormat = {
  name: 'Chat Completions',
  capabilities: {
    system: 'expressed',
    history: 'expressed',
    tools: 'expressed',
    demand: 'expressed',
    parallelCalls: 'expressed',
    oneCallOnly: 'expressed',
    images: 'expressed',
    reasoning: 'expressed',
  },
  countsParts: true,
  frames: 'events',
  stopReasons: { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' },
  refusal: { stop: 'stop', isText: false },
  errorTypes,

  encode: ({ system, turns, tools, mustCall, oneCallOnly, maxTokens, stream }) => ({
    path: '/v1/chat/completions',
    body: {
      model: 'test/model',
      messages: [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(encodeTurn)],
      ...(tools && { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
      ...(mustCall && { tool_choice: 'required' }),
      ...(oneCallOnly && { parallel_tool_calls: false }),
      max_tokens: maxTokens,
      stream,
      ...(stream && { stream_options: { include_usage: true } }),
    },
  }),

  decodeAnswer: ({ choices: [{ message, finish_reason: stop }], usage }) => ({
    text: message.content ?? '',
    refusal: message.refusal ?? '',
    reasoning: message.reasoning_content ?? '',
    calls: (message.tool_calls ?? []).map(({ id, function: call }: any) => ({ id, ...call })),
    usage: decodeUsage(usage),
    stop,
    error: undefined,
  }),

  decodeStream: (events) =>
    decodeChunks(events, (answer, { delta }) => {
      answer.text += delta.content ?? ''
      answer.refusal += delta.refusal ?? ''
      answer.reasoning += delta.reasoning_content ?? ''
      for (const piece of delta.tool_calls ?? []) addPiece(answer.calls, piece)
    }),

  decodeError,
}

/** The first piece of a call has its id and name, the others have more of its arguments. */
function addPiece(calls: ToolCall[], { index, id, function: piece }: any): void {
  calls[index] ??= { id, name: piece.name, arguments: '' }
  calls[index].arguments += piece.arguments
}

function encodeTurn(turn: Turn): object[] {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: turn.parts.map(encodePart) }]
    case 'assistant':
      return [
        {
          role: 'assistant',
          content: turn.text,
          reasoning_content: turn.reasoning,
          ...(turn.calls.length > 0 && { tool_calls: turn.calls.map(({ id, ...call }) => ({ id, type: 'function', function: call })) }),
        },
      ]
    case 'tools':
      return turn.results.map(({ call, content }) => ({ role: 'tool', tool_call_id: call.id, content }))
  }
}

function encodePart(part: UserPart): object {
  return part.type === 'text' ? part : { type: 'image_url', image_url: { url: dataUrl(part) } }
}
