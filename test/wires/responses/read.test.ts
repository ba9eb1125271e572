import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { AnswerEvent } from '../../../src/core/answer-event.ts'
import { responsesWire } from '../../../src/wires/responses/index.ts'
import { toolNamesOf } from '../../../src/wires/shared/tool-names.ts'
import type { ReaderContext } from '../../../src/wires/wire.ts'
import { prompt, tool } from '../prompts.ts'

type Json = Record<string, any>

const context: ReaderContext = { model: 'p/m' }
const usage = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 10,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 21,
}
const counted = { input: 11, output: 10, cachedInput: 4, cacheWrites: 0, reasoning: 5 }
const stopped = { type: 'finish', reason: 'stop', usage: undefined }
const called = { ...stopped, reason: 'tool-calls' }

const event = (type: string, fields: Json = {}) => ({ type: `response.${type}`, ...fields })
const completed = (response: Json = {}) => event('completed', { response: { status: 'completed', output: [], ...response } })
const textDelta = (delta: string, fields: Json = {}) => event('output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta, ...fields })
const message = (...content: Json[]) => ({ type: 'message', id: 'msg_1', role: 'assistant', content })
const words = (text: string) => ({ type: 'output_text', text, annotations: [] })
const functionCall = (id: string, args: string, others: Json = {}) => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: id,
  name: 'look',
  arguments: args,
  ...others,
})
const added = (item: Json, output_index = 0) => event('output_item.added', { output_index, item })
const itemDone = (item: Json, output_index = 0) => event('output_item.done', { output_index, item })
const thinking = (fields: Json = {}) => ({ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'e', ...fields })
const token = (others: Json = {}) => ({ type: 'part-token', part: 'reasoning', token: { kind: 'encrypted', value: 'e', id: 'rs_1', origin: 'p/m', ...others } })

function read(events: unknown[], { done = false, ...others }: Partial<ReaderContext> & { done?: boolean } = {}): AnswerEvent[] {
  const reader = responsesWire.createReader({ ...context, ...others })
  return [...events.flatMap((data) => reader.read(data)), ...reader.end(done)]
}

const readWhole = (response: Json) => responsesWire.readWhole({ object: 'response', status: 'completed', error: null, ...response }, context)

/** An answer with neighbouring deltas put together. */
function joined(events: AnswerEvent[]): unknown[] {
  const merged: Json[] = []
  for (const event of events as Json[]) {
    const last = merged.at(-1)
    if (!last || last.type !== event.type || last.index !== event.index) merged.push({ ...event })
    else if ('text' in last) last.text += event.text
    else if ('arguments' in last) last.arguments += event.arguments
    else merged.push({ ...event })
  }
  return merged
}

function failure(run: () => unknown): BridgeError {
  try {
    run()
  } catch (error) {
    return error as BridgeError
  }
  throw new Error('It did not fail.')
}

describe('a text', () => {
  const told = [{ type: 'text-delta', text: 'Hello' }, stopped]

  it.each<[string, unknown[]]>([
    ['in deltas', [textDelta('Hel'), textDelta('lo'), completed()]],
    [
      'in all that OpenAI sends',
      [
        event('created', { response: { store: false } }),
        added(message()),
        event('content_part.added', { output_index: 0, content_index: 0, part: words('') }),
        textDelta('Hel'),
        textDelta('lo'),
        event('output_text.done', { output_index: 0, content_index: 0, text: 'Hello' }),
        event('content_part.done', { output_index: 0, content_index: 0, part: words('Hello') }),
        itemDone(message(words('Hello'))),
        completed({ output: [message(words('Hello'))] }),
      ],
    ],
    ['at its end', [event('output_text.done', { output_index: 0, content_index: 0, text: 'Hello' }), completed()]],
    ['at its part’s end', [event('content_part.done', { output_index: 0, content_index: 0, part: words('Hello') }), completed()]],
    ['at its item’s end', [itemDone(message(words('Hello'))), completed()]],
    ['at the very end', [completed({ output: [message(words('Hello'))] })]],
    ['of which an end has more', [textDelta('Hel'), itemDone(message(words('Hello'))), completed()]],
    ['whose final place is another', [textDelta('Hello', { output_index: 1 }), completed({ output: [message(words('Hello'))] })]],
    [
      'whose item changes its id',
      [textDelta('Hel', { item_id: 'a' }), textDelta('lo', { item_id: 'b' }), itemDone({ ...message(words('Hello')), id: 'c' }), completed()],
    ],
    [
      'without places',
      [textDelta('Hello', { output_index: undefined, content_index: undefined }), event('output_item.done', { item: message(words('Hello')) }), completed()],
    ],
    ['with places in some events only', [textDelta('Hello', { output_index: undefined }), itemDone(message(words('Hello')), 3), completed()]],
  ])('%s', (_, events) => {
    expect(joined(read(events))).toEqual(told)
  })

  it('may be several', () => {
    const output = [message(words('A'), words('B')), { ...message(words('C')), id: 'msg_2' }]
    const streamed = output.flatMap((item, index) =>
      item.content.map(({ text }: Json, content_index: number) => textDelta(text, { output_index: index, content_index })),
    )
    for (const events of [read([...streamed, ...output.map(itemDone), completed({ output })]), read([completed({ output })]), readWhole({ output })]) {
      expect(joined(events)).toEqual([{ type: 'text-delta', text: 'ABC' }, stopped])
    }
  })

  it('may be a refusal', () => {
    const refusal = message({ type: 'refusal', refusal: 'No.' })
    const told = [{ type: 'refusal-delta', text: 'No.' }, stopped]
    expect(
      joined(
        read([
          event('refusal.delta', { output_index: 0, content_index: 0, delta: 'N' }),
          event('refusal.done', { output_index: 0, content_index: 0, refusal: 'No.' }),
          itemDone(refusal),
          completed(),
        ]),
      ),
    ).toEqual(told)
    expect(readWhole({ output: [refusal] })).toEqual(told)
  })

  it('is passed over what is none', () => {
    expect(
      read([
        null,
        3,
        'x',
        [],
        {},
        event('queued'),
        event('output_item.done'),
        event('content_part.done', { part: null }),
        textDelta('A'),
        event('output_text.annotation.added', {}),
        itemDone({ type: 'web_search_call', id: 'ws_1' }),
        completed(),
      ]),
    ).toEqual([{ type: 'text-delta', text: 'A' }, stopped])
  })
})

describe('calls', () => {
  const argumentsDelta = (delta: string, output_index = 0) => event('function_call_arguments.delta', { output_index, delta })
  const told = [{ type: 'tool-call-start', index: 0, id: 'c1', name: 'look' }, { type: 'tool-call-delta', index: 0, arguments: '{"a":1}' }, called]

  it.each<[string, unknown[]]>([
    ['in deltas', [added(functionCall('c1', '')), argumentsDelta('{"a"'), argumentsDelta(':1}'), completed()]],
    [
      'in all that OpenAI sends',
      [
        added(functionCall('c1', '')),
        argumentsDelta('{"a":1}'),
        event('function_call_arguments.done', { output_index: 0, arguments: '{"a":1}' }),
        itemDone(functionCall('c1', '{"a":1}')),
        completed({ output: [functionCall('c1', '{"a":1}')] }),
      ],
    ],
    [
      'at the end of their arguments',
      [added(functionCall('c1', '')), event('function_call_arguments.done', { output_index: 0, arguments: '{"a":1}' }), completed()],
    ],
    ['at their item’s end', [itemDone(functionCall('c1', '{"a":1}')), completed()]],
    ['at their item’s beginning', [added(functionCall('c1', '{"a":1}')), completed()]],
    ['at the very end', [completed({ output: [functionCall('c1', '{"a":1}')] })]],
    ['whose name comes late', [added({ ...functionCall('c1', ''), name: undefined }), itemDone(functionCall('c1', '{"a":1}')), completed()]],
    ['after their deltas', [argumentsDelta('{"a"'), itemDone(functionCall('c1', '{"a":1}')), completed()]],
  ])('%s', (_, events) => {
    expect(joined(read(events))).toEqual(told)
  })

  it('may be several, side by side', () => {
    expect(
      joined(
        read([
          added(functionCall('c1', '')),
          added(functionCall('c2', '', { name: 'go' }), 1),
          argumentsDelta('{"b":2}', 1),
          argumentsDelta('{"a":1}', 0),
          completed(),
        ]),
      ),
    ).toEqual([
      { type: 'tool-call-start', index: 0, id: 'c1', name: 'look' },
      { type: 'tool-call-start', index: 1, id: 'c2', name: 'go' },
      { type: 'tool-call-delta', index: 1, arguments: '{"b":2}' },
      { type: 'tool-call-delta', index: 0, arguments: '{"a":1}' },
      called,
    ])
  })

  it('that were not streamed are not lost beside a text', () => {
    const output = [message(words('A')), functionCall('c1', '{}')]
    expect(joined(read([textDelta('A'), completed({ output })]))).toEqual([
      { type: 'text-delta', text: 'A' },
      { type: 'tool-call-start', index: 0, id: 'c1', name: 'look' },
      { type: 'tool-call-delta', index: 0, arguments: '{}' },
      called,
    ])
  })

  it('have distinct ids, the client’s names and at least an object', () => {
    const toolNames = toolNamesOf(prompt({ tools: [tool('mail.read')] }))
    const calls = [functionCall('c1', '', { name: 'mail_read' }), functionCall('c1', '{}')]
    const events = read([...calls.map(itemDone), completed()], { toolNames })
    expect(events.filter(({ type }) => type === 'tool-call-start')).toEqual([
      { type: 'tool-call-start', index: 0, id: 'c1', name: 'mail.read' },
      { type: 'tool-call-start', index: 1, id: 'c1_2', name: 'look' },
    ])
    expect(events).toContainEqual({ type: 'tool-call-delta', index: 0, arguments: '{}' })
  })

  it('of tools that take any text have it in an object', () => {
    const input = 'say "hi"\n\\ é 🙂'
    const custom = (text: string) => ({ type: 'custom_tool_call', id: 'ctc_1', call_id: 'c1', name: 'run', input: text })
    const delta = (text: string) => event('custom_tool_call_input.delta', { output_index: 0, delta: text })
    const half = input.length - 1
    for (const events of [
      read([
        added(custom('')),
        delta(input.slice(0, half)),
        delta(input.slice(half)),
        event('custom_tool_call_input.done', { output_index: 0, input }),
        itemDone(custom(input)),
        completed(),
      ]),
      read([itemDone(custom(input)), completed()]),
      readWhole({ output: [custom(input)] }),
    ]) {
      const [start, args, end] = joined(events) as Json[]
      expect(start).toEqual({ type: 'tool-call-start', index: 0, id: 'c1', name: 'run' })
      expect(JSON.parse(args!.arguments)).toEqual({ input })
      expect(end).toEqual(called)
    }
  })
})

describe('reasoning', () => {
  const summaryDelta = (delta: string, summary_index = 0) => event('reasoning_summary_text.delta', { item_id: 'rs_1', output_index: 0, summary_index, delta })
  const told = [{ type: 'reasoning-delta', text: 'Hm' }, token(), { type: 'text-delta', text: 'A' }, stopped]

  it.each<[string, unknown[]]>([
    [
      'in deltas',
      [
        added(thinking({ summary: [], encrypted_content: 'not yet' })),
        summaryDelta('H'),
        summaryDelta('m'),
        event('reasoning_summary_text.done', { output_index: 0, summary_index: 0, text: 'Hm' }),
        itemDone(thinking()),
        textDelta('A', { output_index: 1 }),
        completed({ output: [thinking(), message(words('A'))] }),
      ],
    ],
    ['at its item’s end', [itemDone(thinking()), textDelta('A', { output_index: 1 }), completed()]],
    ['at the very end', [completed({ output: [thinking(), message(words('A'))] })]],
    [
      'of an open model',
      [
        event('reasoning_text.delta', { output_index: 0, content_index: 0, delta: 'Hm' }),
        itemDone(thinking({ summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] })),
        textDelta('A', { output_index: 1 }),
        completed(),
      ],
    ],
  ])('%s', (_, events) => {
    expect(joined(read(events))).toEqual(told)
  })

  it('in deltas loses no text that comes at the very end', () => {
    expect(joined(read([summaryDelta('Hm'), itemDone(thinking()), completed({ output: [thinking(), message(words('A'))] })]))).toEqual(told)
  })

  it('in parts is in paragraphs', () => {
    const summary = [
      { type: 'summary_text', text: 'A' },
      { type: 'summary_text', text: 'B' },
    ]
    const told = [{ type: 'reasoning-delta', text: 'A\n\nB' }, token(), stopped]
    expect(joined(read([summaryDelta('A'), summaryDelta('B', 1), itemDone(thinking({ summary })), completed()]))).toEqual(told)
    expect(joined(readWhole({ output: [thinking({ summary })] }))).toEqual(told)
    expect(joined(read([summaryDelta('A'), summaryDelta('B', 1), summaryDelta('a'), completed()]))[0]).toEqual({ type: 'reasoning-delta', text: 'A\n\nBa' })
  })

  it('in two items is two parts', () => {
    expect(read([itemDone(thinking()), itemDone(thinking({ id: 'rs_2', encrypted_content: 'f' }), 1), completed()])).toEqual([
      { type: 'reasoning-delta', text: 'Hm' },
      token(),
      { type: 'reasoning-delta', text: 'Hm' },
      token({ id: 'rs_2', value: 'f' }),
      stopped,
    ])
  })

  it('may be nothing but a token, before the call that it led to', () => {
    expect(read([itemDone(thinking({ summary: [] })), itemDone(functionCall('c1', '{}'), 1), completed()]).map(({ type }) => type)).toEqual([
      'part-token',
      'tool-call-start',
      'tool-call-delta',
      'finish',
    ])
  })

  it('that the provider keeps has its id for a token', () => {
    const kept = thinking({ encrypted_content: null })
    expect(read([event('created', { response: { store: true } }), itemDone(kept), completed()])).toContainEqual(token({ value: '' }))
    expect(read([event('created', { response: { store: false } }), itemDone(kept), completed()]).map(({ type }) => type)).toEqual(['reasoning-delta', 'finish'])
    expect(readWhole({ store: true, output: [kept] })).toContainEqual(token({ value: '' }))
  })
})

describe('an end', () => {
  const call = itemDone(functionCall('c1', '{"a"'))

  it.each<[string, unknown[], string]>([
    ['completed', [textDelta('A'), completed()], 'stop'],
    ['too long', [textDelta('A'), event('incomplete', { response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } } })], 'length'],
    ['too long, in a call', [call, event('incomplete', { response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } } })], 'length'],
    [
      'filtered',
      [textDelta('A'), event('incomplete', { response: { status: 'incomplete', incomplete_details: { reason: 'content_filter' } } })],
      'content-filter',
    ],
    ['said by the status alone', [textDelta('A'), completed({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })], 'length'],
    ['with a call', [itemDone(functionCall('c1', '{}')), completed()], 'tool-calls'],
  ])('%s', (_, events, expected) => {
    expect(read(events).at(-1)).toEqual({ ...stopped, reason: expected })
  })

  it('has the usage', () => {
    expect(read([textDelta('A'), completed({ usage })]).at(-1)).toEqual({ ...stopped, usage: counted })
    expect(readWhole({ output: [message(words('A'))], usage }).at(-1)).toEqual({ ...stopped, usage: counted })
  })

  it.each<[string, unknown[], boolean]>([
    ['without its last event', [textDelta('A')], false],
    ['of nothing', [], true],
    ['in the middle of a call', [call], true],
    ['that was cancelled', [textDelta('A'), completed({ status: 'cancelled' })], true],
  ])('%s is an error', (_, events, done) => {
    expect(failure(() => read(events, { done }))).toMatchObject({ status: 502, code: 'upstream_incomplete' })
  })

  it('that is marked after a whole text is one', () => {
    expect(read([textDelta('A')], { done: true })).toEqual([{ type: 'text-delta', text: 'A' }, stopped])
  })
})

describe('an error', () => {
  it.each<[unknown, Json]>([
    [
      { type: 'error', code: 'rate_limit_exceeded', message: 'No.', param: null },
      { status: 429, code: 'rate_limit_exceeded', message: 'No.' },
    ],
    [
      { type: 'error', error: { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'No.', param: 'input' } },
      { status: 400, code: 'context_length_exceeded', param: 'input', message: 'No.' },
    ],
    [
      event('failed', { response: { status: 'failed', error: { code: 'server_error', message: 'No.' } } }),
      { status: 502, code: 'server_error', message: 'No.' },
    ],
    [event('failed', { response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'No.' } } }), { status: 429, message: 'No.' }],
    [event('failed', { response: { status: 'failed', error: null } }), { status: 502 }],
    [{ error: { message: 'No.', code: 401 } }, { status: 401, message: 'No.' }],
  ])('%j', (data, expected) => {
    expect(failure(() => read([textDelta('A'), data]))).toMatchObject(expected)
  })

  it('may be the whole answer', () => {
    expect(failure(() => responsesWire.readWhole({ error: { message: 'No.', code: 'model_not_found' } }, context))).toMatchObject({
      status: 404,
      message: 'No.',
    })
    expect(failure(() => readWhole({ status: 'failed', error: { code: 'server_error', message: 'No.' }, output: [] }))).toMatchObject({
      status: 502,
      message: 'No.',
    })
  })

  it.each([null, 'x', 3, [], {}, { output: 'x' }, { choices: [] }])('is what is no response: %j', (body) => {
    expect(failure(() => responsesWire.readWhole(body, context))).toMatchObject({ status: 502 })
  })
})

it('a whole answer may come in an event', () => {
  expect(read([{ object: 'response', status: 'completed', error: null, output: [message(words('A'))], usage }])).toEqual([
    { type: 'text-delta', text: 'A' },
    { ...stopped, usage: counted },
  ])
})
