import type { KnownWire } from '../../src/core/call.ts'
import type { FinishReason } from '../../src/core/answer-event.ts'

/** An answer of a model, which each provider tells in its own format. */
export interface Answer {
  pieces: Piece[]
  reason: Exclude<FinishReason, 'tool-calls'>
  /** Of 100 tokens read, 20 came from the cache; of 30 written, 10 were thought. */
  usage?: true
}

export type Piece =
  | { say: string }
  | { think: string; secret?: string }
  | { call: string; id: string; args: string }
  /** What no client can read: a hosted tool at work, an annotation, a field that is new. */
  | { foreign: true }

export interface Told {
  /** The JSON of each event of a stream. */
  events: unknown[]
  whole: unknown
  /** Whether `[DONE]` follows. */
  done: boolean
}

type Json = Record<string, any>

export const tell: Record<KnownWire, (answer: Answer) => Told> = { chat: tellChat, responses: tellResponses, messages: tellMessages, gemini: tellGemini }

/** A text in two pieces, as streams cut them anywhere. */
const cut = (text: string) => [text.slice(0, 2), text.slice(2)].filter((piece) => piece !== '')

function tellChat({ pieces, reason, usage }: Answer): Told {
  const calls = pieces.flatMap((piece) => ('call' in piece ? [piece] : []))
  const details = (secret: string | undefined) => (secret === undefined ? {} : { reasoning_details: [{ type: 'reasoning.encrypted', data: secret, index: 0 }] })
  const deltas = pieces.flatMap((piece): Json[] => {
    if ('say' in piece) return cut(piece.say).map((content) => ({ content }))
    if ('think' in piece) return [...cut(piece.think).map((words) => ({ reasoning_content: words })), ...(piece.secret ? [details(piece.secret)] : [])]
    if ('foreign' in piece) return [{ annotations: [{ type: 'url_citation' }] }, { hologram: 1 }]
    const index = calls.indexOf(piece)
    const begin = { index, id: piece.id, type: 'function', function: { name: piece.call, arguments: '' } }
    return [{ tool_calls: [begin] }, ...cut(piece.args).map((text) => ({ tool_calls: [{ index, function: { arguments: text } }] }))]
  })
  const reasons = { stop: calls.length > 0 ? 'tool_calls' : 'stop', length: 'length', 'content-filter': 'content_filter' }
  const numbers = {
    prompt_tokens: 100,
    completion_tokens: 30,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: 10 },
  }
  const thoughts = pieces.flatMap((piece) => ('think' in piece ? [piece] : []))
  const message = {
    role: 'assistant',
    content: pieces.map((piece) => ('say' in piece ? piece.say : '')).join('') || null,
    ...(thoughts.length > 0 && { reasoning_content: thoughts.map(({ think }) => think).join(''), ...details(thoughts[0]!.secret) }),
    ...(calls.length > 0 && { tool_calls: calls.map(({ id, call, args }) => ({ id, type: 'function', function: { name: call, arguments: args } })) }),
  }
  return {
    events: [
      { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
      ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: reasons[reason] }] },
      ...(usage ? [{ choices: [], usage: numbers }] : []),
    ],
    whole: { choices: [{ index: 0, message, finish_reason: reasons[reason] }], ...(usage && { usage: numbers }) },
    done: true,
  }
}

function tellResponses({ pieces, reason, usage }: Answer): Told {
  const items = pieces.map((piece, index): Json => {
    if ('say' in piece) return { type: 'message', id: `msg_${index}`, role: 'assistant', content: [{ type: 'output_text', text: piece.say, annotations: [] }] }
    if ('think' in piece)
      return {
        type: 'reasoning',
        id: `rs_${index}`,
        summary: piece.think ? [{ type: 'summary_text', text: piece.think }] : [],
        ...(piece.secret && { encrypted_content: piece.secret }),
      }
    if ('foreign' in piece) return { type: 'web_search_call', id: `ws_${index}`, status: 'completed' }
    return { type: 'function_call', id: `fc_${index}`, call_id: piece.id, name: piece.call, arguments: piece.args }
  })
  const events = items.flatMap((item, output_index): Json[] => {
    const piece = pieces[output_index]!
    const at = { output_index, item_id: item.id }
    const begun = { type: 'response.output_item.added', output_index, item: { ...item, content: [], summary: [], arguments: '', encrypted_content: undefined } }
    const deltas =
      'say' in piece
        ? [['output_text', piece.say, { content_index: 0 }]]
        : 'think' in piece
          ? [['reasoning_summary_text', piece.think, { summary_index: 0 }]]
          : 'call' in piece
            ? [['function_call_arguments', piece.args, {}]]
            : []
    return [
      begun,
      ...deltas.flatMap(([name, text, place]) =>
        cut(text as string).map((delta) => ({ type: `response.${name as string}.delta`, ...at, ...(place as Json), delta })),
      ),
      ...('foreign' in piece
        ? [
            { type: 'response.web_search_call.searching', ...at },
            { type: 'response.hologram.delta', ...at, delta: 'x' },
          ]
        : []),
      { type: 'response.output_item.done', output_index, item },
    ]
  })
  const numbers = { input_tokens: 100, output_tokens: 30, input_tokens_details: { cached_tokens: 20 }, output_tokens_details: { reasoning_tokens: 10 } }
  const ends = {
    stop: {},
    length: { incomplete_details: { reason: 'max_output_tokens' } },
    'content-filter': { incomplete_details: { reason: 'content_filter' } },
  }
  const whole = {
    object: 'response',
    id: 'resp_1',
    status: reason === 'stop' ? 'completed' : 'incomplete',
    ...ends[reason],
    store: false,
    output: items,
    ...(usage && { usage: numbers }),
  }
  return {
    events: [
      { type: 'response.created', response: { id: 'resp_1', store: false, output: [] } },
      ...events,
      { type: `response.${whole.status}`, response: whole },
    ],
    whole,
    done: false,
  }
}

function tellMessages({ pieces, reason, usage }: Answer): Told {
  const blocks = pieces.map((piece): Json => {
    if ('say' in piece) return { type: 'text', text: piece.say, citations: null }
    if ('think' in piece) return { type: 'thinking', thinking: piece.think, signature: piece.secret ?? '' }
    if ('foreign' in piece) return { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: { query: 'x' } }
    return { type: 'tool_use', id: piece.id, name: piece.call, input: piece.args === '' ? {} : JSON.parse(piece.args) }
  })
  const events = blocks.flatMap((block, index): Json[] => {
    const piece = pieces[index]!
    const delta = (type: string, field: string, text: string) => ({ type: 'content_block_delta', index, delta: { type: `${type}_delta`, [field]: text } })
    const deltas =
      'say' in piece
        ? cut(piece.say).map((text) => delta('text', 'text', text))
        : 'think' in piece
          ? [...cut(piece.think).map((text) => delta('thinking', 'thinking', text)), ...(piece.secret ? [delta('signature', 'signature', piece.secret)] : [])]
          : 'call' in piece
            ? cut(piece.args).map((text) => delta('input_json', 'partial_json', text))
            : [delta('input_json', 'partial_json', '{"query":"x"}'), delta('hologram', 'light', 'x'), { type: 'ping' }]
    return [
      { type: 'content_block_start', index, content_block: { ...block, text: '', thinking: '', signature: '', input: {} } },
      ...deltas,
      { type: 'content_block_stop', index },
    ]
  })
  const reasons = { stop: pieces.some((piece) => 'call' in piece) ? 'tool_use' : 'end_turn', length: 'max_tokens', 'content-filter': 'refusal' }
  const first = { input_tokens: 80, cache_read_input_tokens: 20, cache_creation_input_tokens: 0, output_tokens: 1 }
  const last = { output_tokens: 30, output_tokens_details: { thinking_tokens: 10 } }
  const delta = { stop_reason: reasons[reason], stop_sequence: null }
  return {
    events: [
      { type: 'message_start', message: { id: 'msg_1', content: [], ...(usage && { usage: first }) } },
      ...events,
      { type: 'message_delta', delta, ...(usage && { usage: last }) },
      { type: 'message_stop' },
    ],
    whole: { type: 'message', id: 'msg_1', role: 'assistant', content: blocks, ...delta, ...(usage && { usage: { ...first, ...last } }) },
    done: false,
  }
}

function tellGemini({ pieces, reason, usage }: Answer): Told {
  const parts = (piece: Piece, text: string, last: boolean): Json[] => {
    if ('say' in piece) return [{ text }]
    if ('think' in piece) return [{ text, thought: true, ...(last && piece.secret && { thoughtSignature: piece.secret }) }]
    if ('foreign' in piece) return [{ executableCode: { language: 'PYTHON', code: 'x' } }, { codeExecutionResult: { output: 'x' } }, { hologram: 'x' }]
    return [{ functionCall: { id: piece.id, name: piece.call, ...(piece.args !== '' && { args: JSON.parse(piece.args) }) } }]
  }
  const wordsOf = (piece: Piece) => ('say' in piece ? piece.say : 'think' in piece ? piece.think : '')
  const streamed = pieces.flatMap((piece) => {
    const words = cut(wordsOf(piece))
    return words.length === 0 ? [parts(piece, '', true)] : words.map((text, index) => parts(piece, text, index === words.length - 1))
  })
  const reasons = { stop: 'STOP', length: 'MAX_TOKENS', 'content-filter': 'SAFETY' }
  const numbers = { promptTokenCount: 100, cachedContentTokenCount: 20, candidatesTokenCount: 20, thoughtsTokenCount: 10, totalTokenCount: 130 }
  const candidate = (list: Json[], others: Json = {}) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: list }, ...others }],
    modelVersion: 'm',
    ...(usage && { usageMetadata: numbers }),
  })
  return {
    events: [...streamed.map((list) => candidate(list)), candidate([], { finishReason: reasons[reason] })],
    whole: candidate(
      pieces.flatMap((piece) => parts(piece, wordsOf(piece), true)),
      { finishReason: reasons[reason] },
    ),
    done: false,
  }
}
