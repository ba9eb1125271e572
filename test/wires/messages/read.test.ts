import { expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { AnswerEvent } from '../../../src/core/answer-event.ts'
import { messagesWire } from '../../../src/wires/messages/index.ts'

type Json = Record<string, any>

const context = { model: 'p/m' }

const start = (index: number, content_block: Json) => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, type: string, fields: Json) => ({ type: 'content_block_delta', index, delta: { type: `${type}_delta`, ...fields } })
const stop = (index: number) => ({ type: 'content_block_stop', index })
const finished = (reason: string | null, others: Json = {}) => [
  { type: 'message_delta', delta: { stop_reason: reason, ...others }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
]

function read(...events: Json[]): AnswerEvent[] {
  const reader = messagesWire.createReader(context)
  return [...events.flatMap((event) => reader.read(event)), ...reader.end(false)]
}

const text = (words: string): AnswerEvent => ({ type: 'text-delta', text: words })
const thought = (words: string): AnswerEvent => ({ type: 'reasoning-delta', text: words })
const token = (kind: 'signature' | 'redacted', value: string): AnswerEvent => ({ type: 'part-token', part: 'reasoning', token: { kind, value, origin: 'p/m' } })
const callStart = (index: number, id: string, name = 'look'): AnswerEvent => ({ type: 'tool-call-start', index, id, name })
const callDelta = (index: number, args: string): AnswerEvent => ({ type: 'tool-call-delta', index, arguments: args })

/** All events but the last, which is always `finish`. */
const content = (events: AnswerEvent[]) => events.slice(0, -1)

it.each<[string, Json[], AnswerEvent[]]>([
  ['text', [start(0, { type: 'text', text: '' }), delta(0, 'text', { text: 'Hel' }), delta(0, 'text', { text: 'lo' }), stop(0)], [text('Hel'), text('lo')]],
  ['text in a block’s beginning', [start(0, { type: 'text', text: 'Hel' }), delta(0, 'text', { text: 'lo' }), stop(0)], [text('Hel'), text('lo')]],
  [
    'pings',
    [{ type: 'ping' }, start(0, { type: 'text', text: '' }), { type: 'ping' }, delta(0, 'text', { text: 'A' }), stop(0), { type: 'ping' }],
    [text('A')],
  ],
  [
    'thinking',
    [
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, 'thinking', { thinking: 'Hm' }),
      delta(0, 'signature', { signature: 's1' }),
      stop(0),
    ],
    [thought('Hm'), token('signature', 's1')],
  ],
  [
    'thinking without a word',
    [start(0, { type: 'thinking', thinking: '' }), delta(0, 'signature', { signature: 's' }), delta(0, 'signature', { signature: '1' }), stop(0)],
    [token('signature', 's1')],
  ],
  ['thinking that nobody signed', [start(0, { type: 'thinking', thinking: 'Hm' }), stop(0)], [thought('Hm')]],
  ['redacted thinking', [start(0, { type: 'redacted_thinking', data: 'r1' }), stop(0)], [token('redacted', 'r1')]],
  [
    'thinking between',
    [
      start(0, { type: 'thinking', thinking: 'A', signature: 's1' }),
      stop(0),
      start(1, { type: 'thinking', thinking: 'B', signature: 's2' }),
      stop(1),
      start(2, { type: 'text', text: 'C' }),
      stop(2),
    ],
    [thought('A'), token('signature', 's1'), thought('B'), token('signature', 's2'), text('C')],
  ],
  [
    'a call',
    [
      start(0, { type: 'tool_use', id: 't1', name: 'look', input: {} }),
      delta(0, 'input_json', { partial_json: '' }),
      delta(0, 'input_json', { partial_json: '{"at"' }),
      delta(0, 'input_json', { partial_json: ':1}' }),
      stop(0),
    ],
    [callStart(0, 't1'), callDelta(0, '{"at"'), callDelta(0, ':1}')],
  ],
  ['a call without arguments', [start(0, { type: 'tool_use', id: 't1', name: 'look', input: {} }), stop(0)], [callStart(0, 't1'), callDelta(0, '{}')]],
  [
    'a call whole in its beginning',
    [start(0, { type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } }), stop(0)],
    [callStart(0, 't1'), callDelta(0, '{"at":1}')],
  ],
  [
    'calls at once',
    [
      start(0, { type: 'tool_use', id: 't1', name: 'look' }),
      start(1, { type: 'tool_use', id: 't2', name: 'go' }),
      delta(1, 'input_json', { partial_json: '[2' }),
      delta(0, 'input_json', { partial_json: '{1' }),
      stop(0),
      stop(1),
    ],
    [callStart(0, 't1'), callStart(1, 't2', 'go'), callDelta(1, '[2'), callDelta(0, '{1')],
  ],
  [
    'calls of one place',
    [start(0, { type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } }), start(0, { type: 'tool_use', id: 't2', name: 'look', input: { at: 2 } })],
    [callStart(0, 't1'), callDelta(0, '{"at":1}'), callStart(1, 't2'), callDelta(1, '{"at":2}')],
  ],
  [
    'calls of one id',
    [start(0, { type: 'tool_use', id: 't1', name: 'look' }), stop(0), start(1, { type: 'tool_use', id: 't1', name: 'look' }), stop(1)],
    [callStart(0, 't1'), callDelta(0, '{}'), callStart(1, 't1_2'), callDelta(1, '{}')],
  ],
  [
    'what Anthropic’s own tools do',
    [
      start(0, { type: 'text', text: 'A' }),
      stop(0),
      start(1, { type: 'server_tool_use', id: 'srv', name: 'web_search', input: {} }),
      delta(1, 'input_json', { partial_json: '{"q":1}' }),
      stop(1),
      start(2, { type: 'web_search_tool_result', content: [{ type: 'text', text: 'no' }] }),
      stop(2),
      start(3, { type: 'text', text: 'B' }),
      stop(3),
    ],
    [text('A'), text('B')],
  ],
  [
    'citations',
    [start(0, { type: 'text', text: '', citations: [] }), delta(0, 'citations', { citation: { cited_text: 'no' } }), delta(0, 'text', { text: 'A' }), stop(0)],
    [text('A')],
  ],
  [
    'text of a block of no known kind, and of none',
    [start(0, { type: 'speech' }), delta(0, 'text', { text: 'A' }), delta(0, 'sound', { data: 'x' }), stop(0), delta(5, 'text', { text: 'B' })],
    [text('A'), text('B')],
  ],
  ['events and blocks of no known kind', [{ type: 'message_note', note: 'x' }, start(0, { type: 'hologram', data: 'x' }), stop(0)], []],
])('%s', (_, events, expected) => {
  expect(content(read({ type: 'message_start', message: {} }, ...events, ...finished('end_turn')))).toEqual(expected)
})

it('a call without an id gets one', () => {
  const events = read(start(0, { type: 'tool_use', name: 'look' }), start(1, { type: 'tool_use', name: 'look' }), ...finished('tool_use'))
  const ids = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []))
  expect(new Set(ids).size).toBe(2)
  expect(ids[0]).toMatch(/^call_\w+$/)
})

it.each<[string | null, string]>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'content-filter'],
  ['tool_use', 'stop'],
  ['something_new', 'stop'],
  [null, 'stop'],
])('%s: %s', (reason, expected) => {
  expect(read(...finished(reason)).at(-1)).toMatchObject({ type: 'finish', reason: expected })
})

it.each([
  ['tool_use', 'tool-calls'],
  ['end_turn', 'tool-calls'],
  ['max_tokens', 'length'],
])('with a call, %s: %s', (reason, expected) => {
  expect(read(start(0, { type: 'tool_use', id: 't1', name: 'look' }), ...finished(reason)).at(-1)).toMatchObject({ reason: expected })
})

it('the stop sequence is told, and only that', () => {
  expect(read(...finished('stop_sequence', { stop_sequence: 'END' })).at(-1)).toMatchObject({ reason: 'stop', stopSequence: 'END' })
  expect(read(...finished('end_turn', { stop_sequence: null })).at(-1)).not.toHaveProperty('stopSequence')
})

it('why the model refuses', () => {
  const events = read(...finished('refusal', { stop_details: { type: 'refusal', category: 'cyber', explanation: 'No.' } }))
  expect(events).toMatchObject([
    { type: 'refusal-delta', text: 'No.' },
    { type: 'finish', reason: 'content-filter' },
  ])
})

it('usage: what the cache had a part in counts, later numbers stand for earlier ones', () => {
  const usage = { input_tokens: 3, cache_read_input_tokens: 20, cache_creation_input_tokens: 100, output_tokens: 1 }
  const end = {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { input_tokens: null, output_tokens: 50, output_tokens_details: { thinking_tokens: 30 } },
  }
  expect(read({ type: 'message_start', message: { usage } }, end, { type: 'message_stop' }).at(-1)).toEqual({
    type: 'finish',
    reason: 'stop',
    usage: { input: 123, output: 50, cachedInput: 20, cacheWrites: 100, reasoning: 30 },
  })
  expect(read({ type: 'message_stop' }).at(-1)).toEqual({ type: 'finish', reason: 'stop', usage: undefined })
})

it.each([
  ['overloaded_error', 529, 'upstream_error'],
  ['rate_limit_error', 429, 'rate_limit_exceeded'],
  ['api_error', 500, 'upstream_error'],
  ['timeout_error', 504, 'upstream_error'],
  ['authentication_error', 401, 'invalid_api_key'],
  ['permission_error', 403, 'upstream_error'],
  ['billing_error', 402, 'upstream_error'],
  ['request_too_large', 413, 'context_length_exceeded'],
  ['invalid_request_error', 400, 'upstream_error'],
])('an error of type %s has status %d', (type, status, code) => {
  const error = { type: 'error', error: { type, message: 'Because' }, request_id: 'r' }
  const expected = expect.objectContaining({ status, code, type, message: 'Because' })
  expect(() => read(start(0, { type: 'text', text: 'A' }), error)).toThrow(expected)
  expect(() => messagesWire.readWhole(error, context)).toThrow(expected)
})

it('an error of a gateway’s', () => {
  expect(() => read({ error: { message: 'Because', code: 503 } })).toThrow(expect.objectContaining({ status: 503, message: 'Because' }))
})

it('an answer that breaks off is incomplete', () => {
  const incomplete = expect.objectContaining({ status: 502, code: 'upstream_incomplete' })
  expect(() => read()).toThrow(incomplete)
  expect(() => read(start(0, { type: 'text', text: 'A' }), stop(0))).toThrow(incomplete)
  expect(() => read({ type: 'message_delta', delta: { stop_reason: 'end_turn' } })).toThrow(incomplete)
  const reader = messagesWire.createReader(context)
  expect(() => reader.end(true)).toThrow(incomplete)
})

it('another vendor’s mark of the end ends an answer that said why', () => {
  const reader = messagesWire.createReader(context)
  reader.read({ type: 'message_delta', delta: { stop_reason: 'max_tokens' } })
  expect(reader.end(true)).toMatchObject([{ type: 'finish', reason: 'length' }])
})

it('a message in one piece', () => {
  const body = {
    type: 'message',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: 's1' },
      { type: 'redacted_thinking', data: 'r1' },
      { type: 'text', text: 'A', citations: null },
      { type: 'server_tool_use', id: 'srv', name: 'web_search', input: { q: 1 } },
      { type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } },
      { type: 'tool_use', id: 't2', name: 'go', input: {} },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 5, cache_read_input_tokens: null },
  }
  expect(messagesWire.readWhole(body, context)).toEqual([
    thought('Hm'),
    token('signature', 's1'),
    token('redacted', 'r1'),
    text('A'),
    callStart(0, 't1'),
    callDelta(0, '{"at":1}'),
    callStart(1, 't2', 'go'),
    callDelta(1, '{}'),
    { type: 'finish', reason: 'tool-calls', usage: { input: 3, output: 5, cachedInput: 0, cacheWrites: 0, reasoning: 0 } },
  ])
})

it.each([undefined, null, 'text', [], {}, { content: 'text' }])('%j is no message', (body) => {
  expect(() => messagesWire.readWhole(body, context)).toThrow(BridgeError)
  expect(() => messagesWire.readWhole(body, context)).toThrow(expect.objectContaining({ status: 502 }))
})

it.each([null, 'text', 7, {}, { type: 'content_block_delta' }, { type: 'content_block_start', index: 0, content_block: null }])('%j does no harm', (event) => {
  expect(read(event as Json, ...finished('end_turn'))).toHaveLength(1)
})
