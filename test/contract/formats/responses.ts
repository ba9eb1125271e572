import { expect } from 'vitest'
import { type AbstractAnswer, emptyAnswer, readNamed, type ToolCall, type Turn, type UserPart, type ClientFormat } from '../client-format.ts'
import { dataUrl, decodeError, errorTypes } from './openai.ts'

export const responses: ClientFormat = {
  name: 'Responses',
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
  // That there are calls to be made only the output says.
  stopReasons: {
    stop: 'completed',
    length: 'incomplete: max_output_tokens',
    'tool-calls': 'completed',
    'content-filter': 'incomplete: content_filter',
  },
  refusal: { stop: 'completed', isText: false },
  errorTypes,

  encode: ({ system, turns, tools, mustCall, oneCallOnly, maxTokens, stream }) => ({
    path: '/v1/responses',
    body: {
      model: 'test/model',
      ...(system !== undefined && { instructions: system }),
      input: turns.flatMap(encodeTurn),
      ...(tools && { tools: tools.map((tool) => ({ type: 'function', ...tool })) }),
      ...(mustCall && { tool_choice: 'required' }),
      ...(oneCallOnly && { parallel_tool_calls: false }),
      max_output_tokens: maxTokens,
      stream,
    },
  }),

  decodeAnswer(response) {
    const answer = emptyAnswer()
    for (const item of response.output) {
      for (const part of item.type === 'message' ? item.content : []) {
        if (part.type === 'refusal') answer.refusal += part.refusal
        else answer.text += part.text
      }
      if (item.type === 'reasoning') answer.reasoning += item.summary.map(({ text }: any) => text).join('')
      if (item.type === 'function_call') answer.calls.push(toCall(item))
    }
    return { ...answer, ...decodeEnd(response) }
  },

  decodeStream(events) {
    const answer: AbstractAnswer = emptyAnswer()
    const calls: ToolCall[] = []
    for (const event of events) {
      const body = readNamed(event)
      switch (body.type) {
        case 'response.output_text.delta':
          answer.text += body.delta
          break
        case 'response.refusal.delta':
          answer.refusal += body.delta
          break
        case 'response.reasoning_summary_text.delta':
          answer.reasoning += body.delta
          break
        case 'response.output_item.added':
          if (body.item.type === 'function_call') answer.calls.push((calls[body.output_index] = toCall(body.item)))
          break
        case 'response.function_call_arguments.delta':
          calls[body.output_index]!.arguments += body.delta
          break
        case 'response.completed':
        case 'response.incomplete':
          Object.assign(answer, decodeEnd(body.response))
          // Some clients read the deltas, others only this.
          expect(responses.decodeAnswer(body.response)).toEqual(answer)
          break
        case 'error':
          answer.error = decodeError({ error: body.error })
          break
        case 'response.failed':
          expect(body.response).toMatchObject({ status: 'failed', error: { message: answer.error?.message } })
          break
      }
    }
    return answer
  },

  decodeError,
}

function toCall({ call_id: id, name, arguments: args }: any): ToolCall {
  return { id, name, arguments: args }
}

function decodeEnd({ status, incomplete_details: details, usage }: any): Pick<AbstractAnswer, 'stop' | 'usage'> {
  expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens)
  return {
    stop: details ? `${status}: ${details.reason}` : status,
    usage: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cached: usage.input_tokens_details.cached_tokens,
      reasoning: usage.output_tokens_details.reasoning_tokens,
    },
  }
}

function encodeTurn(turn: Turn): object[] {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: turn.parts.map(encodePart) }]
    case 'assistant':
      return [
        ...(turn.reasoning ? [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: turn.reasoning }] }] : []),
        ...(turn.text ? [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [encodeOutput(turn.text)] }] : []),
        ...turn.calls.map(({ id, ...call }) => ({ type: 'function_call', call_id: id, ...call })),
      ]
    case 'tools':
      return turn.results.map(({ call, content }) => ({ type: 'function_call_output', call_id: call.id, output: content }))
  }
}

function encodePart(part: UserPart): object {
  return part.type === 'text' ? { type: 'input_text', text: part.text } : { type: 'input_image', image_url: dataUrl(part) }
}

function encodeOutput(text: string): object {
  return { type: 'output_text', text, annotations: [] }
}
