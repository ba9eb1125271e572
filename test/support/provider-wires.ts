import type { Script } from './upstream.ts'

/** Answers in the formats that providers other than OpenAI's chat speak: a text, and a call of a tool. */
export interface WireAnswer {
  text?: string
  call?: { id: string; name: string; arguments: string[] }
}

/** What only Anthropic tells. */
export interface MessagesAnswer extends WireAnswer {
  stopSequence?: string
  /** Tokens. */
  cacheWrites?: number
}

/** Anthropic's Messages. Usage: 11 input tokens of which 4 cached, 10 output. */
export function sayMessages({ text, call, stopSequence, cacheWrites = 0 }: MessagesAnswer): Script {
  return sse((event) => {
    event({
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 7, cache_read_input_tokens: 4, cache_creation_input_tokens: cacheWrites, output_tokens: 1 },
      },
    })
    let index = 0
    if (text !== undefined) {
      event({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } })
      event({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })
      event({ type: 'content_block_stop', index: index++ })
    }
    if (call) {
      event({ type: 'content_block_start', index, content_block: { type: 'tool_use', id: call.id, name: call.name, input: {} } })
      for (const partial of call.arguments) event({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: partial } })
      event({ type: 'content_block_stop', index })
    }
    const reason = stopSequence === undefined ? 'end_turn' : 'stop_sequence'
    event({ type: 'message_delta', delta: { stop_reason: call ? 'tool_use' : reason, stop_sequence: stopSequence ?? null }, usage: { output_tokens: 10 } })
    event({ type: 'message_stop' })
  }, true)
}

/** OpenAI's Responses, with the same usage. */
export function sayResponses({ text, call }: WireAnswer): Script {
  return sse((event) => {
    const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'in_progress', output: [] as object[] }
    event({ type: 'response.created', response })
    let output_index = 0
    if (text !== undefined) {
      const item = { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant', content: [] }
      event({ type: 'response.output_item.added', output_index, item })
      event({ type: 'response.content_part.added', item_id: 'msg_1', output_index, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } })
      event({ type: 'response.output_text.delta', item_id: 'msg_1', output_index, content_index: 0, delta: text })
      event({ type: 'response.output_text.done', item_id: 'msg_1', output_index, content_index: 0, text })
      event({
        type: 'response.output_item.done',
        output_index: output_index++,
        item: { ...item, status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] },
      })
    }
    if (call) {
      const item = { id: 'fc_1', type: 'function_call', call_id: call.id, name: call.name, arguments: '', status: 'in_progress' }
      event({ type: 'response.output_item.added', output_index, item })
      for (const delta of call.arguments) event({ type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index, delta })
      const args = call.arguments.join('')
      event({ type: 'response.function_call_arguments.done', item_id: 'fc_1', output_index, arguments: args })
      event({ type: 'response.output_item.done', output_index, item: { ...item, arguments: args, status: 'completed' } })
    }
    const usage = {
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 21,
    }
    event({ type: 'response.completed', response: { ...response, status: 'completed', usage } })
  }, true)
}

/** Google's streamGenerateContent, with the same usage. */
export function sayGemini({ text, call }: WireAnswer): Script {
  return sse((event) => {
    const parts = [
      ...(text === undefined ? [] : [{ text }]),
      ...(call ? [{ functionCall: { name: call.name, args: JSON.parse(call.arguments.join('')) } }] : []),
    ]
    event({
      candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 11, cachedContentTokenCount: 4, candidatesTokenCount: 5, thoughtsTokenCount: 5, totalTokenCount: 21 },
    })
  }, false)
}

function sse(write: (event: (data: Record<string, any>) => void) => void, named: boolean): Script {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    write((data) => response.write(`${named ? `event: ${data.type}\n` : ''}data: ${JSON.stringify(data)}\n\n`))
    response.end()
  }
}
