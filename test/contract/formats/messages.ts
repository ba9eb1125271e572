import { expect } from 'vitest'
import {
  type AbstractAnswer,
  type AbstractError,
  type AbstractUsage,
  emptyAnswer,
  readNamed,
  retryAfterOf,
  type ToolCall,
  type Turn,
  type UserPart,
  type ClientFormat,
} from '../client-format.ts'

export const messages: ClientFormat = {
  name: 'Anthropic Messages',
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
  stopReasons: { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', 'content-filter': 'refusal' },
  refusal: { stop: 'refusal', isText: true },
  errorTypes: { 400: 'invalid_request_error', 401: 'authentication_error', 429: 'rate_limit_error', 500: 'api_error', 502: 'api_error' },

  encode: ({ system, turns, tools, mustCall, oneCallOnly, maxTokens, stream }) => ({
    path: '/v1/messages',
    body: {
      model: 'test/model',
      ...(system !== undefined && { system }),
      messages: turns.map(encodeTurn),
      ...(tools && { tools: tools.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })) }),
      ...((mustCall || oneCallOnly) && { tool_choice: { type: mustCall ? 'any' : 'auto', disable_parallel_tool_use: oneCallOnly } }),
      max_tokens: maxTokens,
      stream,
    },
  }),

  decodeAnswer({ content, stop_reason: stop, usage }) {
    const answer = { ...emptyAnswer(), stop, usage: decodeUsage(usage) }
    for (const block of content) {
      if (block.type === 'text') answer.text += block.text
      if (block.type === 'thinking') answer.reasoning += block.thinking
      if (block.type === 'tool_use') answer.calls.push({ id: block.id, name: block.name, arguments: JSON.stringify(block.input) })
    }
    return answer
  },

  decodeStream(events) {
    const answer: AbstractAnswer = emptyAnswer()
    const calls: ToolCall[] = []
    let stopReason: string | undefined
    for (const event of events) {
      const body = readNamed(event)
      switch (body.type) {
        case 'content_block_start': {
          const { content_block: block, index } = body
          if (block.type === 'tool_use') answer.calls.push((calls[index] = { id: block.id, name: block.name, arguments: '' }))
          break
        }
        case 'content_block_delta': {
          const { delta, index } = body
          if (delta.type === 'text_delta') answer.text += delta.text
          if (delta.type === 'thinking_delta') answer.reasoning += delta.thinking
          if (delta.type === 'input_json_delta') calls[index]!.arguments += delta.partial_json
          break
        }
        case 'message_delta':
          stopReason = body.delta.stop_reason
          answer.usage = decodeUsage(body.usage)
          break
        case 'message_stop':
          answer.stop = stopReason
          break
        case 'error':
          answer.error = decodeError(body)
          break
      }
    }
    return answer
  },

  decodeError,
}

/** @param headers none for an error in a stream */
function decodeError(body: any, headers = new Headers()): AbstractError {
  const { type, message } = body.error
  expect(body.type).toBe('error')
  return { type, message, retryAfter: retryAfterOf(headers) }
}

/** What was read from the cache or written to it is not in Anthropic's count of the input. */
function decodeUsage(usage: any): AbstractUsage {
  return {
    input: usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
    output: usage.output_tokens,
    cached: usage.cache_read_input_tokens,
    reasoning: usage.output_tokens_details.thinking_tokens,
  }
}

function encodeTurn(turn: Turn): object {
  switch (turn.role) {
    case 'user':
      return { role: 'user', content: turn.parts.map(encodePart) }
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(turn.reasoning ? [{ type: 'thinking', thinking: turn.reasoning, signature: '' }] : []),
          ...(turn.text ? [{ type: 'text', text: turn.text }] : []),
          ...turn.calls.map(({ id, name, arguments: args }) => ({ type: 'tool_use', id, name, input: JSON.parse(args) })),
        ],
      }
    case 'tools':
      return { role: 'user', content: turn.results.map(({ call, content }) => ({ type: 'tool_result', tool_use_id: call.id, content })) }
  }
}

function encodePart(part: UserPart): object {
  return part.type === 'text' ? part : { type: 'image', source: { type: 'base64', media_type: part.mediaType, data: part.data } }
}
